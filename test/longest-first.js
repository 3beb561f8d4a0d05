/** Jest's order of the test files: those that take minutes come first, or the last one would run while nothing else is left. */
const { default: Sequencer } = require("@jest/test-sequencer");

/** The longest first. */
const longest = [
  "lifecycle/lifecycle",
  "lifecycle/faults",
  "engine/plugin-interrupted",
  "engine/vendor-examples",
  "engine/readme",
  "engine/secret-inputs",
  "lifecycle/action-faults",
  "model/by-hand",
  "model/faults",
  "model/restarts",
  "engine/plan-limit",
  "engine/protected-outlets",
  "engine/examples",
];

const rankOf = ({ path }) => {
  const rank = longest.findIndex((name) => path.replaceAll("\\", "/").endsWith(`test/${name}.test.ts`));
  return rank < 0 ? longest.length : rank;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rankOf(one) - rankOf(other));
  }
};
