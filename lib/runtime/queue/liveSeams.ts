import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';
import type { Seams } from './runQueue.js';

export type { Seams };

// Taken once, and from Node itself, because the run queue would stop if it used timers that a test has
// faked, before or after the import.
const now = performance.now.bind(performance);
const startDrain = setImmediate;

// `AsyncLocalStorage.snapshot()` would do the same, but costs twelve times as much for each drain.
const nobody = new AsyncResource('rx-process', { requireManualDestroy: true });

/**
 * The seams of a system outside tests. An immediate runs after all sockets with something to read have
 * been read, so that one drain serves them all, and what the drain writes to sockets leaves at once.
 */
export const liveSeams: Seams = {
  defer: (drain) => void inNoContext(startDrain, drain),
  clock: now,
};

/** Calls a function in no request's context, namely in the one in which this file was loaded. */
export function inNoContext<A extends unknown[], R>(run: (...args: A) => R, ...args: A): R {
  return nobody.runInAsyncScope(run, undefined, ...args);
}
