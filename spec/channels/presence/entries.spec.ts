import { describe, expect, it } from '@jest/globals';
import { channel, type JoinAnswer, type JoinRequest } from '../../../lib/channels/index.js';
import { channelTest } from '../../../lib/testing/index.js';
import { inRoom, list, news, presentTest, published } from './support.js';

/** A test whose `join` hook answers so. */
const joining = (answer: JoinAnswer, presence: object | true = true) =>
  channelTest({
    channels: [channel('room:*', { join: () => answer, presence })],
  });

describe('who is present', () => {
  it('are all who subscribe, each connection with a meta under its key (PR1)', () => {
    const t = presentTest();
    const ann = t.connect({ identity: 'ann' });
    const tab = t.connect({ identity: 'ann', protocol: 'plain' });
    t.connect({ identity: 'bob' }).subscribeAndJoin('room:1');
    t.advance('1234ms');

    ann.subscribeAndJoin('room:1', { meta: { at: 'home' } });
    tab.subscribeAndJoin('room:1');
    t.advance('50ms');

    const { presence } = ann.subscribeAndJoin('room:1', { watch: true, meta: { at: 'home' } });
    expect(presence).toEqual({
      version: 3,
      members: [
        { key: 'bob', metas: [{ ref: 'p1', since: 0, meta: {} }] },
        {
          key: 'ann',
          metas: [
            { ref: 'p2', since: 1_234, meta: { at: 'home' } },
            { ref: 'p3', since: 1_234, meta: {} },
          ],
        },
      ],
    });
    t.end();
  });

  it('are not told of in a channel without presence, whose reply says nothing of it (PR1)', () => {
    const t = channelTest();

    const result = t.connect().subscribeAndJoin('room:1', { watch: true, present: true });

    expect(result).toEqual({ channel: 'room:1' });
    t.end();
  });

  it('are not those who do not want to be, or whom the hook does not count (PR1)', () => {
    const t = presentTest();
    const [ann, bob] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'bob' })];
    expect(ann.subscribeAndJoin('room:1', { present: false })).toMatchObject({ present: false });
    bob.subscribeAndJoin('room:1', { present: true });
    t.advance('50ms');
    bob.assertPresence('room:1', ['bob']);

    // Who subscribes again may change its mind (CP14).
    ann.subscribeAndJoin('room:1');
    bob.subscribeAndJoin('room:1', { present: false });
    t.advance('50ms');
    bob.assertPresence('room:1', ['ann']);
    t.end();

    const hidden = joining({ present: false });
    const cid = hidden.connect();
    expect(cid.subscribeAndJoin('room:1', { present: true })).toMatchObject({ present: false });
    hidden.advance('50ms');
    cid.assertPresence('room:1', []);
    hidden.end();
  });

  it('are those who come by the path or by the server, too (B4, B31)', () => {
    const t = presentTest();
    t.connect({ identity: 'ann', channel: 'room:1' });
    const bob = t.connect({ identity: 'bob' });
    t.manager.channels.subscribe('room:1', bob.pid);
    t.manager.channels.subscribe('room:1', 'a guest');
    t.advance('50ms');

    bob.assertPresence('room:1', ['ann', 'bob']);
    t.end();
  });

  it.each([
    { what: "the join hook's", joined: 'a', option: () => 'b', identity: 'c', key: 'a' },
    { what: "then that of the option's function", option: () => 'b', identity: 'c', key: 'b' },
    { what: 'then the identity', option: () => undefined, identity: 'c', key: 'c' },
    { what: 'then the public id', option: undefined, identity: undefined, key: 'connection-1' },
  ])('have as key $what (PR2)', ({ joined, option, identity, key }) => {
    const answer = joined === undefined ? true : { presence: { key: joined } };
    const t = joining(answer, { key: option });
    const client = t.connect({ identity });

    client.subscribeAndJoin('room:1');

    t.advance('50ms');
    client.assertPresence('room:1', [key]);
    t.end();
  });

  it('have as meta what the server says, and what a client says only if that is taken (PR3)', () => {
    const meta = ({ meta, params, channel }: JoinRequest<{ as?: string }>) =>
      params?.as === undefined ? undefined : { says: meta, ...params, channel };
    const options = { meta };
    const fields = { meta: { admin: true }, params: { as: 'guest' } };
    const shown = [
      [joining(true), fields],
      [joining({ presence: { meta: 7 } }, options), fields],
      [joining(true, options), fields],
      [joining(true, options), {}],
    ].map(([t, asked]) => {
      const { manager } = t as ReturnType<typeof joining>;
      (t as ReturnType<typeof joining>).connect().subscribeAndJoin('room:1', asked as object);
      (t as ReturnType<typeof joining>).advance('50ms');
      let seen: unknown;
      manager
        .channel('room:1')
        .presence$.subscribe(([entry]) => {
          seen = entry?.metas[0]?.meta;
        })
        .unsubscribe();
      return seen;
    });

    expect(shown).toEqual([{}, 7, { says: { admin: true }, as: 'guest', channel: 'room:1' }, {}]);
  });

  it('have metas that nobody can change afterwards (PR3)', () => {
    const own = { list: [{ n: 1 }] };
    const t = joining({ presence: { meta: own } });
    t.connect().subscribeAndJoin('room:1');
    t.advance('50ms');
    own.list.push({ n: 2 });
    let meta: typeof own | undefined;
    t.manager.channel('room:1').presence$.subscribe(([entry]) => {
      meta = entry?.metas[0]?.meta;
    });

    expect(meta).toEqual({ list: [{ n: 1 }] });
    expect(() => meta?.list.push({ n: 3 })).toThrow(TypeError);
    t.end();
  });
});

describe('a join whose key or meta is wrong', () => {
  const FAILURES = [
    { what: 'key throws', key: 1, text: 'no key' },
    { what: 'a key is empty', key: '', text: 'a text of 1 to 255 characters, not ""' },
    { what: 'a key is long', key: 'k'.repeat(256), text: 'a text of 1 to 255 characters' },
    { what: 'a key is a promise', key: Promise.resolve('late'), text: 'answer at once' },
    { what: 'meta is large', meta: 'm'.repeat(1_023), text: 'has more than 1024 bytes of JSON' },
    { what: 'meta is a promise', meta: Promise.resolve(1), text: 'answer at once' },
    { what: 'meta has no JSON', meta: () => {}, text: 'presence.meta has no JSON' },
    { what: 'meta is a circle', meta: circle(), text: 'circular' },
  ];

  function circle(): object {
    const one: { self?: object } = {};
    one.self = one;
    return one;
  }

  const wrong = ({ key, meta }: { readonly key?: unknown; readonly meta?: unknown }) => {
    const presence = {
      key: () => {
        if (key === 1) throw new Error('no key');
        return key as string;
      },
      meta: () => meta,
    };
    const t = presentTest(presence);
    const events: string[] = [];
    t.system.events$.subscribe((event) => {
      if (event.type === 'warning') events.push(`${event.message} ${String(event.error)}`);
    });
    return { t, events };
  };

  it.each(FAILURES)(
    'is refused with internal where $what, and an event says why (PR3, B15)',
    (row) => {
      const { t, events } = wrong(row);
      const ann = t.connect();

      expect(() => ann.subscribeAndJoin('room:1', { watch: true })).toThrow(
        expect.objectContaining({ code: 'internal', retry: true }),
      );
      expect(t.manager.channels.getSubscribers('room:1')).toEqual([]);
      expect(events).toEqual([expect.stringContaining(row.text)]);
      t.end();
    },
  );

  it('is welcomed and then closed by path, and counts as a member without presence by the server (B31)', () => {
    const { t, events } = wrong({ meta: () => {} });
    const ann = t.connect({ channel: 'room:1' });
    const bob = t.connect();

    expect(t.manager.channels.subscribe('room:1', bob.pid)).toBe(true);

    expect(ann.closed).toEqual({ code: 1013, reason: 'Internal error' });
    expect(ann.frames.map(({ payload }) => payload)).toEqual(['WebSocket connected', undefined]);
    expect(t.manager.channels.getSubscribers('room:1')).toEqual([bob.pid]);
    bob.assertPresence('room:1', []);
    expect(events).toHaveLength(2);
    t.end();
  });
});

describe('too many who are present', () => {
  it('subscribe, and are told that they are not counted: 16 under a key (PR9)', () => {
    const t = presentTest();
    const results = Array.from({ length: 18 }, () =>
      t.connect({ identity: 'ann' }).subscribeAndJoin('room:1'),
    );
    const bob = t.connect({ identity: 'bob' });

    expect(bob.subscribeAndJoin('room:1')).toMatchObject({ present: true });

    expect(results.map(({ present }) => present)).toEqual([
      ...new Array(16).fill(true),
      'full',
      'full',
    ]);
    expect(t.manager.channels.subscriberCount('room:1')).toBe(19);
    expect(t.manager.stats().presence).toEqual({ keys: 2, entries: 17, lingering: 0 });
    t.end();
  });

  it('subscribe, and are told so beyond `members` of the channel and `presencePerKey` of a key (PR9)', () => {
    const t = presentTest({ members: 3 }, { limits: { presencePerKey: 2 } });
    const join = (identity: string) => t.connect({ identity }).subscribeAndJoin('room:1').present;

    expect(['ann', 'ann', 'ann', 'bob', 'cid'].map(join)).toEqual([
      ...[true, true, 'full'],
      ...[true, 'full'],
    ]);
    t.end();
  });

  it('take the place of somebody else who only lingers (PR9)', () => {
    const t = presentTest({ members: 2 });
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    bob?.drop();

    expect(t.connect({ identity: 'cid' }).subscribeAndJoin('room:1').present).toBe(true);
    t.advance('50ms');

    expect(news(ann as never).at(-1)).toBe('diff 3 +cid/p3 -bob/p2');
    t.end();
  });

  it('find a place where somebody only lingers, so that a full room may reload (PR9)', () => {
    const t = presentTest({ members: 2 }, { limits: { presencePerKey: 1 } });
    const [ann, bob] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'bob' })];
    ann.subscribeAndJoin('room:1');
    bob.subscribeAndJoin('room:1');
    t.advance('50ms');
    for (const client of [bob, ann]) {
      client.drop();
      client.reconnect();
    }

    expect(ann.subscribeAndJoin('room:1')).toMatchObject({ present: true });
    expect(bob.subscribeAndJoin('room:1')).toMatchObject({ present: true });

    t.advance('50ms');
    expect(published(t)).toBe('ann/p3 bob/p4');
    expect(t.manager.stats().presence).toEqual({ keys: 2, entries: 2, lingering: 0 });
    t.end();
  });
});

describe('presence$', () => {
  it('tells the list at once and whenever it is published, while no client watches as well (PR11)', () => {
    const t = presentTest();
    const seen: string[] = [];
    t.manager.channel('room:1').presence$.subscribe((entries) => seen.push(list(entries)));
    const ann = t.connect({ identity: 'ann' });

    ann.subscribeAndJoin('room:1');
    t.advance('1s');
    ann.unsubscribe('room:1');
    t.advance('1s');
    const [bob] = inRoom(t, 'bob', 'cid');
    bob?.drop();
    t.manager.channels.deleteChannel('room:1');
    t.manager.channels.deleteChannel('room:1');

    expect(seen).toEqual(['', 'ann/p1', '', 'bob/p2', 'bob/p2 cid/p3', '']);
    let late: string | undefined;
    t.manager.channel('room:2').presence$.subscribe((entries) => {
      late = list(entries);
    });
    expect(late).toBe('');
    t.end();
  });

  it('is silent where nothing is published, also when the channel is deleted (PR11)', () => {
    const t = presentTest();
    const seen: string[] = [];
    t.manager.channel('room:1').presence$.subscribe((entries) => seen.push(list(entries)));
    t.connect().subscribeAndJoin('room:1', { present: false, watch: true });
    const [ann, bob] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'bob' })];
    ann.subscribeAndJoin('room:1');
    ann.unsubscribe('room:1');
    t.advance('60ms');
    // Comes and is lost within a window, so that it lingers, and was never published.
    bob.subscribeAndJoin('room:1');
    bob.drop();

    t.manager.channels.deleteChannel('room:1');

    expect(seen).toEqual(['', 'ann/p1', '']);
    t.end();
  });

  it('misses nothing that a subscriber brings about by the first list, and completes with the manager', () => {
    const t = presentTest();
    inRoom(t, 'ann');
    const seen: string[] = [];
    t.manager.channel('room:1').presence$.subscribe({
      next: (entries) => {
        seen.push(list(entries));
        t.manager.channels.deleteChannel('room:1');
      },
      complete: () => seen.push('over'),
    });

    t.system.terminate(t.manager.pid);
    t.system.flush();

    expect(seen).toEqual(['ann/p1', '', 'over']);
  });
});
