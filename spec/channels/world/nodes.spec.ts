import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { NODES, play, scheduleOfNodes } from './deeds.js';

const numRuns = Number(process.env.NODES_RUNS ?? 300);
/** Without shrinking, which takes long. */
const endOnFailure = process.env.NODES_FAST !== undefined;
const seed = Number(process.env.NODES_SEED) || undefined;

/** Not always to the end, as that takes as long as all before it. */
const isToEnd = fc.nat(4).map((n) => n === 0);

describe('any schedule of tabs, networks and servers that are nodes', () => {
  it('keeps what was promised, as far as it is promised there (PT1–PT15)', async () => {
    const property = fc.asyncProperty(scheduleOfNodes, isToEnd, (deeds, isToEnd) =>
      play(deeds, { servers: NODES, isToEnd }),
    );
    await fc.assert(property, { numRuns, endOnFailure, ...(seed && { seed }) });
  }, 2_400_000);
});
