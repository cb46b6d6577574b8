/**
 * What a process's `Self` does for an async body at its end: answers a pending `receive` with done and
 * fires the AbortSignal, so that a suspended generator can run its `finally`.
 */
export const release: unique symbol = Symbol('rx-process.release');

/** A `Self` that can release its async body. */
export interface Releasing {
  [release]?(): void;
}
