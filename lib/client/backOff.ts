import type { Backoff } from './clientOptions.js';

/** How long to wait after attempts have failed, in milliseconds: full jitter, the first time too (CC7). */
export const backOff = (
  { base = 500, cap = 20_000 }: Backoff,
  random: () => number,
  attempt: number,
): number => random() * Math.min(cap, base * 2 ** attempt);
