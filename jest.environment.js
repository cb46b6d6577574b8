import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

const inUse = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  inUse.add(this);
  return run.apply(this, args);
};

/**
 * jest's own, but a suite's `AsyncLocalStorage`s end with it. jest-circus makes one for each suite, and up to
 * Node 22 every promise of a worker asks each storage that was ever used: its hundredth suite took three times as long.
 */
export default class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of inUse) storage.disable();
    inUse.clear();
  }
}
