import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../../lib/channels/history/memoryStore.js';
import { Shelf } from '../../../lib/channels/history/shelf.js';
import { channel, type HistoryOptions } from '../../../lib/channels/index.js';
import { ModelHost } from './model.js';

const BOUNDS = { size: 1_000, ttl: 300_000, bytes: 1_000_000, keep: 'all' } as const;

/** A store with a host of its own, and a way to append to any stream. */
function stored(limits: { bytes?: number; streams?: number } = {}) {
  const host = new ModelHost();
  const store = new MemoryStore({ bytes: 2 ** 20, streams: 100_000, ...limits });
  store.serve(host);
  const append = (name: string, text = 'x') =>
    store.append(name, { plain: JSON.stringify({ text }), key: undefined }, BOUNDS);
  const epoch = (name: string) => store.extent(name, BOUNDS).epoch;
  return { host, store, append, epoch };
}

describe('MemoryStore', () => {
  it('lets the oldest entries of all streams go when they are too many bytes (CH3)', () => {
    const { store, append } = stored({ bytes: 1_000 });
    for (let n = 0; n < 10; n++) append(n % 2 === 0 ? 'a' : 'b');

    const { bytes, entries } = store.held;
    const [a, b] = ['a', 'b'].map((name) => store.extent(name, BOUNDS));
    expect(bytes).toBeLessThanOrEqual(1_000);
    expect(entries).toBe(6);
    expect([a, b]).toMatchObject([
      { top: 5, floor: 2 },
      { top: 5, floor: 2 },
    ]);
  });

  it('takes an entry that is larger than all may be, and keeps nothing of it (CH3)', () => {
    const { store, append } = stored({ bytes: 1_000 });
    append('a', 'x'.repeat(2_000));

    expect([store.held.bytes, store.extent('a', BOUNDS)]).toMatchObject([0, { top: 1, floor: 1 }]);
  });

  it('has no more than twice in memory of what it says, however large what has gone was (CH3)', () => {
    const shelf = new Shelf<{ size: number; isGone: boolean }>();
    for (let n = 0; n < 100; n++) {
      const item = { size: 2 ** 20, isGone: false };
      shelf.push(item);
      if (n === 0) continue;
      const { oldest = item } = shelf;
      oldest.isGone = true;
      shelf.gone(oldest);
    }

    expect([shelf.size, shelf.items.length]).toEqual([1, 1]);
  });

  it('forgets those that were used longest ago when streams are too many, but none in use (CH3)', () => {
    const { host, append, epoch, store } = stored({ streams: 3 });
    host.used.add('a');
    for (const name of ['a', 'b', 'c']) {
      append(name);
      host.time += 60_000;
    }
    epoch('b');
    append('d');

    expect(store.held.streams).toBe(3);
    expect(['a', 'b', 'd', 'c'].map(epoch)).toEqual(['epoch-1', 'epoch-2', 'epoch-4', 'epoch-5']);
  });

  it('grows above the bound rather than forget a stream of members (CH3)', () => {
    const { host, append, epoch } = stored({ streams: 2 });
    for (const name of ['a', 'b', 'c', 'd']) {
      host.used.add(name);
      append(name);
    }

    expect(['a', 'b', 'c', 'd'].map(epoch)).toEqual(['epoch-1', 'epoch-2', 'epoch-3', 'epoch-4']);
  });

  it('gives back the memory of what is over, without being asked for it (CH3)', () => {
    const { host, append, store } = stored();
    for (let n = 0; n < 10; n++) append(`${n}`);
    host.time += 3_900_000;
    // Each that begins has a look at some that may be over.
    for (let n = 10; n < 20; n++) append(`${n}`);

    expect(store.held.streams).toBe(10);
  });

  it('serves one manager only', () => {
    const { store, host } = stored();
    store.serve(host);

    expect(() => store.serve(new ModelHost())).toThrow('serves another manager already');
  });
});

describe('the options of a history', () => {
  it.each<{ history: HistoryOptions; text: string }>([
    { history: { sice: 1 } as object, text: "unknown option 'sice'; did you mean 'size'?" },
    { history: true as never, text: 'the options are an object' },
    { history: { size: 0 }, text: 'history.size: 0 is out of range' },
    { history: { bytes: 1.5 }, text: 'history.bytes' },
    { history: { recover: -1 }, text: 'history.recover' },
    { history: { ttl: 'soon' }, text: 'history.ttl' },
    { history: { ttl: 0 }, text: 'history.ttl is more than nothing' },
    { history: { keep: 'some' as 'all' }, text: "history.keep is 'all' or 'latest', not \"some\"" },
    { history: { key: 'id' as never }, text: 'history.key is a function of a message' },
    { history: { read: 1 as never }, text: 'history.read is true or false' },
    { history: { store: 'disk' as never }, text: 'history.store is a store' },
  ])('refuses $history (CH1)', ({ history, text }) => {
    expect(() => channel('log', { history })).toThrow(text);
  });

  it('refuses a lag that is none (B27)', () => {
    expect(() => channel('log', { lag: 'drop' as 'close' })).toThrow(
      "channel log: lag is 'catchUp' or 'close', not \"drop\"",
    );
  });
});
