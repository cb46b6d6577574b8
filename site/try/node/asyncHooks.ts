/** What the run queue takes of `node:async_hooks`: a browser's worker has no requests whose context could leak. */
export class AsyncResource {
  runInAsyncScope<T, A extends unknown[], R>(
    run: (this: T, ...args: A) => R,
    self: T,
    ...args: A
  ): R {
    return run.apply(self, args);
  }
}
