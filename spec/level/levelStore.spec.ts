import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { ClassicLevel } from 'classic-level';
import { channel, type HistoryStore, WebSocketMessage } from '../../lib/channels/index.js';
import { CLEAN } from '../../lib/level/diskRecord.js';
import { levelStore } from '../../lib/level/index.js';
import { type ChannelTest, channelTest } from '../../lib/testing/index.js';
import { ModelHost } from '../channels/history/model.js';
import { log } from '../channels/history/shore.js';

const folder = mkdtempSync(join(tmpdir(), 'level-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let paths = 0;
const newPath = (): string => join(folder, `${++paths}`);

const BOUNDS = { size: 100, ttl: 300_000, bytes: 1_000_000, keep: 'all' } as const;
const append = (store: HistoryStore, name: string, text: string) =>
  store.append(name, { plain: JSON.stringify({ text }), key: undefined }, BOUNDS);
const texts = (store: HistoryStore, name: string) =>
  store
    .after(name, 0, { count: 1_000, bytes: 1_000_000 }, BOUNDS)
    .entries.map(({ frame }) => JSON.parse(frame).text);

/** Opens a store, whose host tells what it reports. */
async function opened(path: string, options = {}) {
  const store = await levelStore(path, options);
  const host = new ModelHost();
  store.serve(host);
  return { store, host };
}

/** Leaves a store as a server does that has crashed: it was never closed. */
async function crash(path: string): Promise<void> {
  const database = new ClassicLevel(path);
  await database.put(CLEAN, 'no');
  await database.close();
}

/** A server with a channel `log` on disk, which ends in order. */
async function served(path: string, run: (t: ChannelTest) => void): Promise<void> {
  const store = await levelStore(path);
  const t = channelTest({ channels: [channel('log', { history: { ttl: '168h', store } })] });
  run(t);
  let isOver = false;
  void t.system.shutdown().then(() => {
    isOver = true;
  });
  // Without the time that a shutdown has, as it is not up to the clock how long a disk takes.
  while (!isOver) await t.settled();
}

describe('levelStore', () => {
  it('has who comes back after a restart get what it missed: same epoch, same offsets (CH2)', async () => {
    const path = newPath();
    const send = (t: ChannelTest, ...all: string[]) => {
      for (const text of all) t.manager.sendToChannel('log', WebSocketMessage.text(text));
    };
    let since: ReturnType<ReturnType<ChannelTest['connect']>['position']>;
    await served(path, (t) => {
      const alice = t.connect();
      alice.subscribeAndJoin('log');
      send(t, 'a', 'b');
      since = alice.position('log');
      alice.drop();
      send(t, 'c');
    });
    await served(path, (t) => {
      const alice = t.connect();
      send(t, 'd');
      const result = alice.subscribeAndJoin('log', { since });
      send(t, 'e');

      expect(result).toMatchObject({ epoch: since?.epoch, recovered: true, offset: 4, replay: 2 });
      expect(log(alice)).toEqual(['3 c', '4 d', '5 e']);
    });
  });

  it('has another epoch after a crash, and what was written; from then on it stays (CH2)', async () => {
    const path = newPath();
    const { store } = await opened(path);
    append(store, 'a', 'one');
    append(store, 'a', 'two');
    const { epoch } = store.extent('a', BOUNDS);
    await store.close();
    await crash(path);

    const second = await opened(path);
    const after = second.store.extent('a', BOUNDS);
    append(second.store, 'a', 'three');
    await second.store.close();
    const third = await opened(path);

    expect(after).toEqual({ epoch: expect.not.stringMatching(epoch), top: 2, floor: 0 });
    expect(texts(third.store, 'a')).toEqual(['one', 'two', 'three']);
    expect(third.store.extent('a', BOUNDS).epoch).toBe(after.epoch);
    await third.store.close();
  });

  it('has nothing of a stream that was forgotten (CH2)', async () => {
    const path = newPath();
    const first = await opened(path);
    append(first.store, 'a', 'one');
    await first.store.close();
    const second = await opened(path);
    const before = texts(second.store, 'a');
    second.store.forget('a');
    await second.store.close();
    const third = await opened(path);

    expect([before, texts(third.store, 'a')]).toEqual([['one'], []]);
    expect(third.store.extent('a', BOUNDS)).toEqual({ epoch: 'epoch-1', top: 0, floor: 0 });
    await third.store.close();
  });

  it('takes no more from disk than its limits say, the newest (CH3)', async () => {
    const path = newPath();
    const { store, host } = await opened(path);
    for (const name of ['c', 'b', 'a']) {
      for (const text of ['one', 'two']) append(store, name, text);
      host.time += 1;
    }
    await store.close();

    const few = await opened(path, { streams: 2, bytes: 510 });
    expect(['a', 'b', 'c'].map((name) => texts(few.store, name))).toEqual([
      ...[['one', 'two'], ['two'], []],
    ]);
    await few.store.close();
  });

  it('is taken by one process at a time, and says so', async () => {
    const path = newPath();
    const { store } = await opened(path);

    await expect(levelStore(path)).rejects.toMatchObject({
      code: 'Unavailable',
      message: `levelStore: ${path} cannot be opened: another process has it open`,
    });
    await store.close();
    await store.close();
    const again = await levelStore(path);
    await again.close();
  });

  it('appends nothing once it is closed', async () => {
    const { store } = await opened(newPath());
    await store.close();

    expect(() => append(store, 'a', 'late')).toThrow(
      expect.objectContaining({ code: 'Unavailable' }) as unknown as Error,
    );
  });

  it.each<{ what: string; path?: unknown; options?: object; code: string }>([
    { what: 'no path', path: '', code: 'Invalid' },
    { what: 'an unknown option', options: { size: 1 }, code: 'Invalid' },
    { what: 'a limit that is none', options: { bytes: 0 }, code: 'Invalid' },
    { what: 'a file', path: join(folder, 'file'), code: 'Unavailable' },
  ])('refuses $what with $code', async ({ path = newPath(), options, code }) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'file'), '');

    await expect(levelStore(path as string, options)).rejects.toMatchObject({ code });
  });

  it('says what to install where classic-level is missing', async () => {
    jest.resetModules();
    jest.unstable_mockModule('classic-level', () => {
      throw new Error("Cannot find package 'classic-level'");
    });
    const { levelStore: without } = await import('../../lib/level/index.js');

    await expect(without(newPath())).rejects.toMatchObject({
      code: 'Unavailable',
      message: 'levelStore: install classic-level: npm install classic-level@3',
    });
  });
});
