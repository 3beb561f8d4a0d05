/**
 * The environment for tests of changed code (scripts/test-mutants.ts): what one test has shown, no other needs to show
 * again. Jest's own `bail` cannot be used with Stryker, and ends after a file at the soonest.
 */
const Environment = require("./environment.js");

/** The change that a test has noticed. */
let noticed;

module.exports = class FailFast extends Environment {
  async handleTestEvent(event) {
    const change = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (change === undefined) {
      return;
    }
    if (event.name === "test_fn_failure") {
      noticed = change;
    } else if (event.name === "test_start" && noticed === change) {
      event.test.mode = "skip";
    }
  }
};
