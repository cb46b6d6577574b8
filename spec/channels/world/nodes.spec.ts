import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { NODES, play, scheduleOfNodes } from './deeds.js';

const numRuns = Number(process.env.NODES_RUNS ?? 300);
const seed = Number(process.env.NODES_SEED) || undefined;

describe('any schedule of tabs, networks and servers that are nodes', () => {
  it('keeps what was promised, as far as it is promised there (PT1–PT15)', async () => {
    const property = fc.asyncProperty(scheduleOfNodes, (deeds) => play(deeds, NODES));
    await fc.assert(property, { numRuns, ...(seed && { seed }) });
  }, 240_000);
});
