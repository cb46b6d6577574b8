import { performance } from 'node:perf_hooks';
import type { Followers } from './followers.js';

/**
 * Tells how long each handshake has taken, from the call of its handler to its answer, in seconds. Only
 * where somebody asks for it is the clock read.
 *
 * @returns what ends it
 */
export function timeUpgrades(followers: Followers, tell: (seconds: number) => void): () => void {
  return followers.add(() => {
    const start = now();
    return {
      end: (status) => {
        if (status !== undefined) tell((now() - start) / 1_000);
      },
    };
  });
}

// Taken once, from Node itself: a test may fake it later.
const now = performance.now.bind(performance);
