import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { play, schedule } from './deeds.js';

const numRuns = Number(process.env.WORLD_RUNS ?? 3_000);

describe('any schedule of tabs, networks and servers', () => {
  it('keeps what was promised (PT1–PT15)', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, (deeds) => play(deeds)),
      { numRuns },
    );
  }, 240_000);
});
