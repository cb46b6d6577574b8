import { describe, expect, it } from '@jest/globals';
import { soak } from '../bench/lib/soak/soak.js';

/** A minute where `CI` is set; `npm run soak` goes on for ten, and measures. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? (process.env.CI === undefined ? 10 : 60));
const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Fewer are no soak; a machine that does much else takes longer for them. */
const LEAST = SECONDS * 20 + 1;
/** What a heap may have grown by, though nothing was left behind: what the compiler keeps, and jest. */
const HEAP = 16 * 1024 * 1024;

describe('a server', () => {
  it(
    `keeps every promise to every client for ${SECONDS} s, and is as it was (L2, X4, Z4, seed ${SEED})`,
    async () => {
      const { faults, connections, heapGrowth } = await soak(SECONDS, SEED, LEAST);

      expect(faults).toEqual([]);
      expect(connections).toBeGreaterThanOrEqual(LEAST);
      expect(heapGrowth).toBeLessThan(HEAP);
    },
    SECONDS * 1_000 + 60_000,
  );
});
