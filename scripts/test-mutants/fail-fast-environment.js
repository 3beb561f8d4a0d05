/**
 * The environment for mutation tests (scripts/test-mutants): once one test has failed, the others are skipped.
 * Jest's own `bail` cannot be used with Stryker, and ends a run only after a whole file.
 */
const Environment = require("../../test/environment.js");

/** The mutant that a test has detected. */
let detected;

module.exports = class FailFast extends Environment {
  async handleTestEvent(event) {
    const change = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (change === undefined) {
      return;
    }
    if (event.name === "test_fn_failure") {
      detected = change;
    } else if (event.name === "test_start" && detected === change) {
      event.test.mode = "skip";
    }
  }
};
