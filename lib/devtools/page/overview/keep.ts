import type { Overview } from '../../wire/overview.js';

/** The figures of the last minutes with the newest; of a server whose clock is behind, which is another one, that alone. */
export function keep(kept: readonly Overview[], value: Overview): readonly Overview[] {
  const last = kept.at(-1);
  if (last !== undefined && value.at < last.at) return [value];
  return [...kept, value].slice(-KEPT);
}

/** How many seconds, one value each. */
const KEPT = 300;
