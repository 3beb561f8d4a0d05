/**
 * Jest's order of the test files for mutation tests: those next to the code come first, as `testMatch` lists them, and
 * of these the shortest, because the first failure ends the run.
 */
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");
const { recordOf } = require("./jest-circus-fast.js");

module.exports = class NearestFirst extends Sequencer {
  sort(tests) {
    const ranked = tests.map((test) => ({ test, distance: distanceOf(test), milliseconds: durationOf(test) }));
    ranked.sort((one, other) => one.distance - other.distance || one.milliseconds - other.milliseconds);
    return ranked.map(({ test }) => test);
  }
};

const distanceOf = ({ path: file, context }) =>
  context.config.testEnvironmentOptions.folders.indexOf(path.basename(path.dirname(file)));

function durationOf({ path: file, context }) {
  const record = recordOf(context.config, file);
  return existsSync(record) ? JSON.parse(readFileSync(record, "utf8")).milliseconds : 0;
}
