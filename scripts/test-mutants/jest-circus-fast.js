/**
 * Jest's runner (jest-circus, by whose name Stryker knows it) for mutation tests: a test file is not even loaded if it
 * has none of the tests that reach the mutant, or if another file has detected it already. Loading a file costs far more
 * than most of its tests.
 */
const { createHash } = require("node:crypto");
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { createEmptyTestResult } = require("@jest/test-result");
const { default: circus } = require("jest-circus/runner");

const NOTHING = { ancestorTitles: [], failureDetails: [], failureMessages: [], numPassingAsserts: 0 };

/** The mutant that a test file has detected. */
let detected;

module.exports = async function run(globalConfig, config, environment, runtime, testPath, ...rest) {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  const record = recordOf(config, testPath);
  const names = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")).names : undefined;
  if (mutant !== undefined && names !== undefined) {
    const wanted = new RegExp(globalConfig.testNamePattern ?? "", "i");
    if (mutant === detected || !names.some((name) => wanted.test(name))) {
      return skipped(testPath, names);
    }
  }
  const result = await circus(globalConfig, config, environment, runtime, testPath, ...rest);
  if (mutant === undefined) {
    writeFileSync(record, JSON.stringify(noted(result)));
  } else if (result.numFailingTests > 0 || result.testExecError !== undefined) {
    detected = mutant;
  }
  return result;
};

/** Where the run without a mutant leaves what it has learnt about a test file. */
const recordOf = ({ testEnvironmentOptions }, testPath) =>
  path.join(testEnvironmentOptions.records, `${createHash("sha256").update(testPath).digest("hex")}.json`);

module.exports.recordOf = recordOf;

const noted = ({ testResults, perfStats }) => ({
  names: testResults.map(({ fullName }) => fullName),
  milliseconds: perfStats.end - perfStats.start,
});

function skipped(testFilePath, names) {
  const testResults = names.map((fullName) => ({ fullName, title: fullName, status: "pending", ...NOTHING }));
  return { ...createEmptyTestResult(), testFilePath, testResults, numPendingTests: names.length };
}
