import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryStore } from '../../../lib/channels/history/memoryStore.js';
import { deeds, play } from './model.js';

describe('MemoryStore', () => {
  it('does what a naive list does (CH2, CH3, CH4, CH8, CH11)', () => {
    fc.assert(
      fc.property(deeds, ({ bounds, total, list }) => {
        play(new MemoryStore({ bytes: total, streams: 100_000 }), bounds, total, list);
      }),
      { numRuns: 300 },
    );
  });
});
