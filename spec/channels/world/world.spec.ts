import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { play, schedule } from './deeds.js';

const numRuns = Number(process.env.WORLD_RUNS ?? 3_000);

describe('any schedule of tabs, networks and servers', () => {
  it('keeps what was promised (PT1–PT15)', () => {
    fc.assert(fc.property(schedule, play), { numRuns });
  }, 240_000);
});
