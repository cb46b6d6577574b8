import { describe, expect, it } from '@jest/globals';
import { WebSocketMessage } from '../../../lib/channels/index.js';
import { StreamStore } from '../../../lib/jetstream/streamStore.js';
import { MemoryLog } from '../../jetstream/memoryLog.js';
import { homesOf, managersOf } from './support.js';

const LIMITS = { bytes: 10_000_000, streams: 1_000, waiting: 1_000_000, age: 1e12, place: 'here' };

describe('a home that nobody needs', () => {
  it('gives its history back, so that the node may have it again (CN7)', () => {
    let log: MemoryLog | undefined;
    const { tests, advance } = managersOf(['a', 'b'], ({ scheduler }) => {
      log ??= new MemoryLog(scheduler);
      return { news: { history: { store: new StreamStore(log, LIMITS) } } };
    });
    const [a] = tests as [(typeof tests)[number]];
    for (const [i, text] of ['one', 'two', 'three'].entries()) {
      a.manager.sendToChannel('news', WebSocketMessage.text(text));
      advance(20);
      expect(a.manager.channel('news').position).toMatchObject({ offset: i + 1 });
      expect(tests.map(homesOf)).toEqual([1, 0]);
      advance(130_000);
      expect(tests.map(homesOf)).toEqual([0, 0]);
    }
  });
});
