/** Numbers from 0 up to 1 that look random, and are the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    // Every number is a hash of a counter, so that neighbouring seeds have nothing in common.
    state = (state + 0x9e3779b9) | 0;
    let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
}
