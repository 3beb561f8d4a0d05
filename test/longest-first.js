/** Jest's order of the test files: those that take minutes come first, so that none of them runs alone at the end. */
const { default: Sequencer } = require("@jest/test-sequencer");

/** Test files, beginning with the longest. */
const longest = [
  "lifecycle/lifecycle",
  "engine/gitops",
  "lifecycle/faults",
  "engine/readme",
  "engine/examples",
  "engine/vendor-examples",
  "engine/export",
  "lifecycle/action-faults",
  "engine/secret-inputs",
  "model/by-hand",
  "model/faults",
  "model/restarts",
  "engine/plan",
  "engine/other-device",
  "engine/unreachable",
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
