import { describe, expect, it, jest } from '@jest/globals';
import { inRoom, news, presentTest, published, timers } from './support.js';

const MINUTE = 60_000;

describe('watchers', () => {
  it('are told what was published, in the reply, and their own join by the next diff (PR6)', () => {
    const t = presentTest();
    const ann = t.connect({ identity: 'ann' });

    expect(ann.subscribeAndJoin('room:1', { watch: true })).toEqual({
      channel: 'room:1',
      present: true,
      presence: { version: 0, members: [] },
    });

    expect(ann.frames.at(-1)).toEqual({
      channel: 'room:1',
      type: 'event',
      payload: {
        event: 'rx:presence_diff',
        data: {
          version: 1,
          joins: [{ key: 'ann', ref: 'p1', since: 0, meta: {} }],
          updates: [],
          leaves: [],
        },
      },
      timestamp: 0,
    });
    t.end();
  });

  it('are told of who comes, is shown in another way, and goes, each version one higher (PR4, PR6)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    t.connect({ identity: 'cid' }).subscribeAndJoin('room:1');
    bob?.command('presence_update', { channel: 'room:1', meta: { status: 'away' } });
    t.advance('50ms');
    bob?.unsubscribe('room:1');
    t.advance('50ms');

    expect(news(ann as never)).toEqual([
      'diff 1 +ann/p1',
      'diff 2 +bob/p2',
      'diff 3 +cid/p3 ~bob/p2',
      'diff 4 -bob/p2',
    ]);
    ann?.assertPush('room:1', 'rx:presence_diff', {
      updates: [{ key: 'bob', ref: 'p2', since: 0, meta: { status: 'away' } }],
    });
    ann?.assertPush('room:1', 'rx:presence_diff', { leaves: [{ key: 'bob', ref: 'p2' }] });
    t.end();
  });

  it('hear nothing of a change and its opposite within one window (PR4)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    const before = news(ann as never);
    const update = (meta: unknown) =>
      bob?.command('presence_update', { channel: 'room:1', meta: meta });
    // The window begins.
    const cid = t.connect({ identity: 'cid' });
    cid.subscribeAndJoin('room:1');

    const dan = t.connect({ identity: 'dan' });
    dan.subscribeAndJoin('room:1');
    dan.unsubscribe('room:1');
    update({ status: 'away' });
    update({});
    t.advance('10s');

    expect(news(ann as never)).toEqual([...before, 'diff 3 +cid/p3']);
    expect(published(t)).toBe('ann/p1 bob/p2 cid/p3');
    t.end();
  });

  it('are told at once, and then at the end of each window (PR5)', () => {
    const t = presentTest({ debounce: '100ms' });
    const ann = t.connect({ identity: 'ann' });
    const times: number[] = [];
    ann.frames$.subscribe(({ payload }) => {
      if ((payload as { event?: string })?.event) times.push(t.scheduler.now());
    });
    ann.subscribeAndJoin('room:1', { watch: true });
    for (let i = 1; i <= 14; i++) {
      t.advance('30ms');
      if (i < 10 || i > 13) t.connect().subscribeAndJoin('room:1');
    }

    t.advance('1s');

    // The last one comes 120 ms after the one before it.
    expect(times).toEqual([0, 100, 200, 300, 420]);
    t.end();
  });

  it('are not told before the end of a window of who has lingered long enough (PR5, PR7)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    bob?.drop();
    t.advance('4990ms');
    t.connect({ identity: 'cid' }).subscribeAndJoin('room:1');
    t.advance('49ms');

    expect(news(ann as never).slice(2)).toEqual(['diff 3 +cid/p3']);
    t.advance('1ms');
    expect(news(ann as never).slice(3)).toEqual(['diff 4 -bob/p2']);
    t.end();
  });

  it('get at most 21 diffs in a second, however many join (PR5)', () => {
    const t = presentTest();
    const watchers = inRoom(t, 'ann', 'bob');
    t.advance('1s');
    const [ann] = watchers;
    const before = news(ann as never).length;
    const clients = Array.from({ length: 200 }, () => t.connect());
    for (const client of clients) {
      client.subscribe('room:1');
      t.advance('5ms');
    }
    t.advance('1s');

    const told = news(ann as never).slice(before);
    expect(told.length).toBeLessThanOrEqual(21);
    expect(told.join(' ').match(/\+/g)).toHaveLength(200);
    expect(news(watchers[1] as never).slice(-told.length)).toEqual(told);
    t.end();
  });

  it('get a diff, and when they come the list, that was made text once for all of both dialects (PR4, PR6, B21)', () => {
    const written = (watchers: number): number[] => {
      const t = presentTest();
      const [ann] = inRoom(t, 'ann');
      const stringify = jest.spyOn(JSON, 'stringify');
      // What is made text of how many are present: a client makes text of its own command, too.
      const lists = (): number =>
        stringify.mock.calls.filter(([value]) => Array.isArray((value?.data ?? value)?.members))
          .length;
      for (let i = 0; i < watchers; i++) {
        const client = t.connect({ protocol: i % 2 === 0 ? 'plain' : 'rx-process.v1' });
        client.subscribe('room:1', { watch: true, present: false });
        client.send({ type: 'system', payload: { command: 'presence', channel: 'room:1' } });
      }
      const listed = lists();
      stringify.mockClear();
      ann?.command('presence_update', { channel: 'room:1', meta: 1 });
      t.advance('50ms');
      const diffs = stringify.mock.calls.filter(([value]) => value?.event === 'rx:presence_diff');
      stringify.mockRestore();
      expect(news(ann as never).at(-1)).toBe('diff 2 ~ann/p1');
      t.end();
      return [listed, diffs.length];
    };

    expect([written(2), written(20)]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('that come are told of the last version, never of one that is not published (PR6)', () => {
    const t = presentTest();
    inRoom(t, 'ann');
    t.connect({ identity: 'bob' }).subscribeAndJoin('room:1');
    // Of the same window.
    const cid = t.connect({ identity: 'cid' });

    const { presence } = cid.subscribeAndJoin('room:1', { watch: true });

    expect(presence).toMatchObject({ version: 2, members: [{ key: 'ann' }, { key: 'bob' }] });
    t.advance('50ms');
    expect(news(cid)).toEqual(['diff 3 +cid/p3']);
    t.end();
  });

  it('that ask by no id are told of the list by a push behind the reply, in either dialect (CP1, PR6)', () => {
    const t = presentTest();
    inRoom(t, 'ann');
    const subscribe = { command: 'subscribe', channel: 'room:1', watch: true, present: false };

    const told = (['plain', 'rx-process.v1'] as const).map((protocol) => {
      const client = t.connect({ protocol });
      client.send({ type: 'system', payload: subscribe });
      return client.frames.slice(1);
    });

    const metas = [{ ref: 'p1', since: 0, meta: {} }];
    const expected = [
      { type: 'system', payload: 'Subscribed to channel: room:1', timestamp: 0 },
      {
        channel: 'room:1',
        type: 'event',
        payload: {
          event: 'rx:presence_state',
          data: { version: 1, members: [{ key: 'ann', metas }] },
        },
        timestamp: 0,
      },
    ];
    expect(told).toEqual([expected, expected]);
    t.end();
  });

  it('of plain hear of presence what they have asked for, and else nothing of it (CP1, PT12)', () => {
    const t = presentTest();
    const [watcher, other] = [t.connect({ protocol: 'plain' }), t.connect({ protocol: 'plain' })];
    watcher.subscribeAndJoin('room:1', { watch: true });
    other.subscribeAndJoin('room:1');
    t.advance('1s');

    expect(news(watcher)).toEqual(['diff 1 +connection-1/p1', 'diff 2 +connection-2/p2']);
    expect(news(other)).toEqual([]);
    t.end();
  });
});

describe('mode count', () => {
  it('tells how many keys there are, at most once a second, and no list (PR10)', () => {
    const t = presentTest({ mode: 'count', meta: ({ meta }) => meta });
    const ann = t.connect({ identity: 'ann' });

    const { presence } = ann.subscribeAndJoin('room:1', { watch: true });
    for (const identity of ['bob', 'bob', 'cid']) {
      t.advance('300ms');
      t.connect({ identity }).subscribeAndJoin('room:1');
    }
    t.advance('1s');

    expect(presence).toEqual({ version: 0, count: 0 });
    expect(news(ann)).toEqual(['count 1 1', 'count 2 3']);
    expect(ann.frames.at(-1)).toMatchObject({
      channel: 'room:1',
      payload: { event: 'rx:presence_count', data: { version: 2, count: 3 } },
    });
    t.end();
  });

  it('says nothing where the count is what it was, but the list on the server is right (PR10, PR11)', () => {
    const t = presentTest({ mode: 'count' });
    const [ann, bob, tab] = inRoom(t, 'ann', 'bob', 'bob');
    t.advance('1s');
    const before = news(ann as never);
    tab?.close();
    t.advance('1s');
    bob?.close();
    t.connect({ identity: 'cid' }).subscribeAndJoin('room:1');
    t.advance('1s');

    expect(news(ann as never)).toEqual(before);
    expect(published(t)).toBe('ann/p1 cid/p4');
    t.end();
  });

  it('pushes the count to who asks without an id (CP1)', () => {
    const t = presentTest({ mode: 'count' });
    const ann = t.connect({ protocol: 'plain' });
    ann.subscribeAndJoin('room:1');
    ann.send({ type: 'system', payload: { command: 'presence', channel: 'room:1' } });

    expect(news(ann)).toEqual(['count 1 1']);
    t.end();
  });
});

describe('the timer', () => {
  it('is one a channel at most, and none when nothing is to be told or to end (PR5, PR7)', () => {
    const t = presentTest({ debounce: '50ms', linger: '5s' });
    const connect = () => t.connect({ protocol: 'plain' });
    const seen: number[] = [];
    const clients = Array.from({ length: 3 }, connect);
    const look = (): void => void seen.push(timers(t));
    look();
    for (const client of clients) client.subscribe('room:1', { watch: true });
    look();
    t.advance('50ms');
    look();
    for (const client of clients.slice(1)) client.drop();
    look();
    t.advance('5s');
    t.advance(MINUTE);
    look();
    clients[0]?.drop();
    look();
    t.advance('5s');
    look();

    expect(seen).toEqual([0, 1, 0, 1, 0, 1, 0]);
    t.end();
  });
});
