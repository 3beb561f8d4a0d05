/**
 * Jest's environment for Node, which also disables every AsyncLocalStorage that a test file leaves behind: one that was
 * entered once slows down every promise of the process, and each test file loads our modules, with theirs, anew.
 */
const { AsyncLocalStorage } = require("node:async_hooks");
const { TestEnvironment } = require("jest-environment-node");

const entered = new Set();
for (const method of ["run", "enterWith"]) {
  const enter = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...args) {
    entered.add(this);
    return enter.apply(this, args);
  };
}

module.exports = class extends TestEnvironment {
  async teardown() {
    for (const storage of entered) {
      storage.disable();
    }
    entered.clear();
    await super.teardown();
  }
};
