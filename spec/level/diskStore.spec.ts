import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLEAN, type DiskRecord, FORMAT } from '../../lib/level/diskRecord.js';
import { DiskStore } from '../../lib/level/diskStore.js';
import { Journal } from '../../lib/level/journal.js';
import { readAll } from '../../lib/level/readAll.js';
import { compare, deeds, ModelHost, NAMES, play } from '../channels/history/model.js';

const BOUNDS = { size: 100, ttl: 300_000, bytes: 1_000_000, keep: 'all' } as const;

/** A disk in memory, as LevelDB is one: batches are whole, keys in their order, and it stays as it is after a crash. */
class MapDisk {
  readonly path = 'here';
  readonly batches: (readonly DiskRecord[])[] = [];
  /** The batch at which it fails, from then on. */
  failsAt = Number.POSITIVE_INFINITY;

  constructor(readonly records = new Map<string, string>()) {}

  async write(records: readonly DiskRecord[]): Promise<void> {
    if (this.batches.length >= this.failsAt) throw new Error('no space left on device');
    this.batches.push(records);
    for (const [key, value] of records) {
      if (value === undefined) this.records.delete(key);
      else this.records.set(key, value);
    }
  }

  async close(isWhole: boolean): Promise<void> {
    if (isWhole) this.records.set(CLEAN, 'yes');
  }

  async get(key: string): Promise<string | undefined> {
    return this.records.get(key);
  }

  async *iterator({ gte, lt }: { gte: string; lt: string }): AsyncGenerator<[string, string]> {
    const all = [...this.records].filter(([key]) => key >= gte && key < lt);
    yield* all.sort(([one], [other]) => (one < other ? -1 : 1));
  }
}

let epochs = 0;

async function opened(disk: MapDisk, host = new ModelHost(), bytes = 2 ** 20) {
  const saved = await readAll(disk, () => `new-${++epochs}`);
  disk.records.delete(CLEAN);
  const store = new DiskStore(disk, { bytes, streams: 1_000 }, saved);
  store.serve(host);
  const append = (text: string, name = 'a') =>
    store.append(name, { plain: JSON.stringify({ text }), key: undefined }, BOUNDS);
  const texts = (name = 'a') =>
    store
      .after(name, 0, { count: 1_000, bytes: 1_000_000 }, BOUNDS)
      .entries.map(({ frame }) => JSON.parse(frame).text);
  return { store, host, append, texts };
}

/** All promises that are due have been gone on with. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('DiskStore', () => {
  it('goes on as a naive list does, over restarts (CH2, CH3, CH8)', async () => {
    await fc.assert(
      fc.asyncProperty(deeds, deeds, async ({ bounds, total, list }, { list: more }) => {
        const disk = new MapDisk();
        const { store: first, host } = await opened(disk, new ModelHost(), total);
        const naive = play(first, bounds, total, list, host);
        await first.close();
        const { store: second } = await opened(disk, host, total);
        for (const stream of naive.streams.values()) stream.usedAt = host.time;
        for (const name of NAMES) compare(second, naive, name);
        play(second, bounds, total, more, host, naive);
      }),
      { numRuns: 100 },
    );
  });

  it('never gives an offset that a member may have seen to another message: a crash at any time (CH2)', async () => {
    const letters = fc.array(
      fc.constantFrom('append', 'append', 'turn', 'forget', 'crash', 'close'),
      { maxLength: 40, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(letters, async (deeds) => {
        const seen = new Map<string, string>();
        let count = 0;
        let disk = new MapDisk();
        let { store, append } = await opened(disk);
        for (const deed of deeds) {
          if (deed === 'append') {
            const text = `${++count}`;
            const { offset } = append(text);
            const place = `${store.extent('a', BOUNDS).epoch} ${offset}`;
            expect([seen.get(place), place]).toEqual([undefined, place]);
            seen.set(place, text);
          } else if (deed === 'turn') await settled();
          else if (deed === 'forget') store.forget('a');
          else {
            if (deed === 'close') await store.close();
            // What is not written is lost.
            disk = new MapDisk(new Map(disk.records));
            ({ store, append } = await opened(
              disk,
              Object.assign(new ModelHost(), { epochs: count * 10 }),
            ));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('writes what came in a turn at once, and nothing that has gone again', async () => {
    const disk = new MapDisk();
    const { store, append } = await opened(disk);
    for (const text of ['one', 'two', 'three']) append(text);
    append('other', 'b');
    store.forget('b');
    await settled();

    expect(disk.batches.map((records) => records.map(([key]) => key.replace(/\0.*/, '')))).toEqual([
      ['ea', 'ea', 'ea', 'sa', 'sb'],
    ]);
    await store.close();
  });

  it('goes on in memory when the disk fails, tells it once, and begins anew at the next start (CH2)', async () => {
    const disk = new MapDisk();
    const { store, host, append, texts } = await opened(disk);
    append('one');
    await settled();
    disk.failsAt = 1;
    append('two');
    await settled();
    disk.failsAt = 9;
    append('three');
    await settled();
    const { epoch } = store.extent('a', BOUNDS);
    const before = texts();
    await store.close();

    expect(before).toEqual(['one', 'two', 'three']);
    expect(host.reports).toEqual([
      'the store at here: from now on its history is in memory only: a write: Error: no space left on device',
    ]);
    const again = await opened(disk);
    expect(again.texts()).toEqual(['one']);
    expect(again.store.extent('a', BOUNDS)).toEqual({
      epoch: expect.not.stringMatching(epoch),
      top: 1,
      floor: 0,
    });
  });

  it('notes nothing more once the disk has failed, or the names of all channels to come would be kept', async () => {
    const disk = new MapDisk();
    disk.failsAt = 0;
    let failures = 0;
    const journal = new Journal(
      disk,
      () => [['s', 'a']],
      () => void failures++,
    );
    const was = journal.stir();
    await settled();

    expect([was, failures, journal.stir()]).toEqual([true, 1, false]);
  });

  it('tells of an error at the end, and ends', async () => {
    const disk = new MapDisk();
    disk.close = () => Promise.reject(new Error('no such device'));
    const { store, host } = await opened(disk);
    await store.close();

    expect(host.reports).toEqual(['the store at here: closing it: Error: no such device']);
  });

  it('leaves alone what a newer version has written', async () => {
    const disk = new MapDisk(new Map([[FORMAT, '2']]));

    await expect(opened(disk)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
