import { describe, expect, it } from '@jest/globals';
import { map, NEVER } from 'rxjs';
import { accept, channel, room } from '../../../lib/channels/index.js';
import { ofTopic } from '../../../lib/index.js';
import { type ChannelTest, channelTest, type TestClient } from '../../../lib/testing/index.js';
import { inRoom, news, presentTest, published } from './support.js';

type Ends = (t: ChannelTest, client: TestClient) => void;

describe('who leaves', () => {
  it.each<{ how: string; ends: Ends }>([
    { how: 'an unsubscribe', ends: (_, client) => client.unsubscribe('room:1') },
    { how: 'a close with 1000', ends: (_, client) => client.close(1000) },
    { how: 'a kick', ends: (t, { pid }) => t.manager.unsubscribe(pid, 'room:1') },
    {
      how: 'a kick that it may come back after',
      ends: (t, { pid }) => t.manager.unsubscribe(pid, 'room:1', { retry: true }),
    },
    {
      how: 'another refusal of the server',
      ends: (t, { pid }) => t.manager.unsubscribe(pid, 'room:1', { code: 'gone' }),
    },
  ])('by $how is out at once (PR7)', ({ ends }) => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    t.advance('1s');

    ends(t, bob as never);

    expect(news(ann as never).at(-1)).toBe('diff 3 -bob/p2');
    t.end();
  });

  it.each<{ how: string; ends: Ends }>([
    { how: 'a lost connection', ends: (_, client) => client.drop() },
    { how: 'a close with 1001', ends: (_, client) => client.close(1001) },
    { how: 'a close with a code of its own', ends: (_, client) => client.close(4321) },
    { how: 'a close by the server', ends: (t, { pid }) => t.manager.closeConnection(pid) },
    { how: 'a kill of its process', ends: (t, { pid }) => t.system.terminate(pid) },
    {
      how: 'a membership that has expired',
      ends: (t, { pid }) => t.manager.unsubscribe(pid, 'room:1', { code: 'expired', retry: true }),
    },
  ])('by $how lingers for 5 s (PR7)', ({ ends }) => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    t.advance('1s');
    const before = news(ann as never);

    ends(t, bob as never);
    t.advance('4999ms');

    expect(news(ann as never)).toEqual(before);
    expect(t.manager.stats().presence).toEqual({ keys: 2, entries: 2, lingering: 1 });
    t.advance('1ms');
    expect(news(ann as never).at(-1)).toBe('diff 3 -bob/p2');
    t.end();
  });

  it('lingers as long as the channel says, or not at all (PR7)', () => {
    const ends = (linger: string): number => {
      const t = presentTest({ linger });
      const [ann, bob] = inRoom(t, 'ann', 'bob');
      bob?.drop();
      let millis = 0;
      for (; news(ann as never).length < 3; millis += 100) t.advance('100ms');
      t.end();
      return millis;
    };

    expect([ends('0s'), ends('200ms')]).toEqual([100, 200]);
  });

  it('is one tab of a user: the key goes with the last of them (PR1)', () => {
    const t = presentTest();
    const [bob, ann, tab] = inRoom(t, 'bob', 'ann', 'ann');
    ann?.close();
    t.advance('50ms');
    bob?.assertPresence('room:1', ['ann', 'bob']);
    tab?.close();
    t.advance('50ms');
    bob?.assertPresence('room:1', ['bob']);
    t.end();
  });

  it('hears nothing of presence after its membership has ended (CP12)', () => {
    const t = presentTest();
    const [ann, bob, cid] = inRoom(t, 'ann', 'bob', 'cid');
    const before = news(ann as never).length;
    // Within the window of another change.
    cid?.close();
    ann?.unsubscribe('room:1');
    t.manager.unsubscribe(bob?.pid as never, 'room:1');
    t.advance('1s');

    const told = ann?.frames.map(({ ok, payload }) => (ok ? 'reply' : payload)) ?? [];
    expect(news(ann as never)).toHaveLength(before);
    expect(told.at(-1)).toBe('reply');
    expect(bob?.frames.at(-1)?.payload).toMatchObject({ event: 'rx:unsubscribed' });
    t.end();
  });
});

describe('who comes back', () => {
  const back = (client: TestClient, fields: object = {}) => {
    client.reconnect();
    return client.subscribeAndJoin('room:1', { watch: true, ...fields });
  };

  it('in its session within the linger is who it was: the same ref, and nobody is told (PR8)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    const before = news(ann as never);
    bob?.drop();
    t.advance('4s');

    expect(back(bob as never)).toMatchObject({ present: true });

    expect(bob?.resumed).toBe(true);
    t.advance('1m');
    expect(news(ann as never)).toEqual(before);
    expect(published(t)).toBe('ann/p1 bob/p2');
    t.end();
  });

  it('with another meta is an update (PR8)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    bob?.drop();
    back(bob as never, { meta: { status: 'back' } });
    t.advance('10s');

    expect(news(ann as never).slice(2)).toEqual(['diff 3 ~bob/p2']);
    t.end();
  });

  it('takes over from a connection that is still open, which is no leave (CP22, PR8)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    const before = news(ann as never);
    const hello = bob?.frames[0]?.hello;
    const newer = t.connect({ identity: 'bob' });

    newer.command('resume', { session: hello?.session, n: 2 });
    newer.subscribeAndJoin('room:1');

    expect(bob?.closed).toMatchObject({ code: 4409 });
    t.advance('1m');
    expect(news(ann as never)).toEqual(before);
    expect(published(t)).toBe('ann/p1 bob/p2');
    t.end();
  });

  it('in another session is one more under its key, so that the key does not go (PT8)', () => {
    const t = presentTest();
    const [ann] = inRoom(t, 'ann');
    const bob = t.connect({ identity: 'bob' });
    bob.subscribeAndJoin('room:1');
    t.advance('50ms');
    bob.close(1001);
    bob.reconnect();
    bob.subscribeAndJoin('room:1');
    t.advance('10s');

    expect(news(ann as never)).toEqual([
      ...['diff 1 +ann/p1', 'diff 2 +bob/p2'],
      ...['diff 3 +bob/p3', 'diff 4 -bob/p2'],
    ]);
    t.end();
  });

  it('and subscribes before it resumes is there twice for a while, and then leaves once (PR8)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    const session = bob?.frames[0]?.hello?.session;
    bob?.drop();
    const newer = t.connect({ identity: 'bob' });
    newer.subscribeAndJoin('room:1');
    newer.command('resume', { session, n: 2 });
    newer.subscribeAndJoin('room:1');
    t.advance('50ms');
    expect(published(t)).toBe('ann/p1 bob/p2 bob/p3');

    newer.drop();
    t.advance('50ms');
    expect(published(t)).toBe('ann/p1 bob/p3');
    t.advance('5s');
    ann?.assertPresence('room:1', ['ann']);
    t.end();
  });

  it('later, under another key or without being counted, is not who it was (PR8)', () => {
    const t = channelTest({
      channels: [
        channel('room:*', {
          join: ({ params }) => ({ presence: { key: (params as string | undefined) ?? 'bob' } }),
          presence: true,
        }),
      ],
    });
    const [bob] = inRoom(t, 'bob');
    bob?.drop();
    back(bob as never, { params: 'rob' });
    t.advance('50ms');
    expect(published(t)).toBe('rob/p2');

    bob?.drop();
    back(bob as never, { params: 'rob', present: false });
    t.advance('50ms');
    expect(published(t)).toBe('rob/p2');
    t.advance('5s');
    expect(published(t)).toBe('');
    t.end();
  });

  it('over the same connection, since its membership has expired, is who it was (B32, PR8)', () => {
    const t = channelTest({
      channels: [channel('room:*', { join: () => ({ expiresIn: '1m' }), presence: true })],
    });
    const clients = (['plain', 'rx-process.v1'] as const).map((protocol) => {
      const client = t.connect({ identity: protocol, protocol });
      client.subscribeAndJoin('room:1');
      return client;
    });
    t.advance('61s');
    expect(t.manager.stats().presence).toEqual({ keys: 2, entries: 2, lingering: 2 });

    for (const client of clients) client.subscribeAndJoin('room:1');

    t.advance('10s');
    expect(published(t)).toBe('plain/p1 rx-process.v1/p2');
    t.end();
  });
});

describe('the process of a channel', () => {
  const boom = channel('room:*', {
    behavior: (inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        map(() => {
          throw new Error('boom');
        }),
      ),
    presence: true,
    restart: { intensity: 1, period: '1m' },
  });

  it('crashes, and nothing of presence changes, until it does so too often (PR12, B25)', () => {
    const t = channelTest({ channels: [boom] });
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    const before = news(ann as never);

    bob?.push('room:1', 'boom');
    t.advance('10s');
    expect(news(ann as never)).toEqual(before);
    bob?.assertPresence('room:1', ['ann', 'bob']);

    bob?.push('room:1', 'boom');
    expect(t.manager.stats().presence).toEqual({ keys: 2, entries: 2, lingering: 2 });
    bob?.subscribeAndJoin('room:1');
    t.advance('10s');
    expect(published(t)).toBe('bob/p2');
    t.end();
  });

  it('says who is present, and as what, where it admits (B24, PR1)', () => {
    const t = channelTest({
      channels: [
        channel('room:*', {
          admit: 'behavior',
          behavior: (inbox) =>
            inbox.pipe(
              ofTopic(room.join),
              map((message) => {
                const { identity } = message.payload.request.connection;
                const key = `the ${identity}`;
                return accept(message, { present: identity !== 'ghost', presence: { key } });
              }),
            ),
          presence: true,
        }),
      ],
    });
    const [ann] = inRoom(t, 'ann', 'bob', 'ghost');

    ann?.assertPresence('room:1', ['the ann', 'the bob']);
    t.end();
  });
});

describe('a channel that ends', () => {
  it('has nobody present, also of those who linger (B28)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    bob?.drop();

    t.manager.channels.deleteChannel('room:1');

    expect(t.manager.stats().presence).toEqual({ keys: 0, entries: 0, lingering: 0 });
    expect(ann?.frames.at(-1)?.payload).toMatchObject({ event: 'rx:unsubscribed' });
    expect(ann?.subscribeAndJoin('room:1', { watch: true })).toMatchObject({
      presence: { version: 0, members: [] },
    });
    t.end();
  });

  it('ends for another that clients make, with those who linger in it (§2.5)', () => {
    const t = presentTest(true, { limits: { clientChannels: 1 } });
    const [ann] = inRoom(t, 'ann');
    ann?.drop();
    const bob = t.connect();

    bob.subscribeAndJoin('room:2');

    expect(t.manager.stats().presence).toEqual({ keys: 1, entries: 1, lingering: 0 });
    t.end();
  });

  it('is kept for no timer when the manager ends', () => {
    const t = presentTest();
    const [ann] = inRoom(t, 'ann', 'bob');
    ann?.drop();
    t.manager.channels.subscribe(
      'room:1',
      t.system.spawn(() => NEVER),
    );

    t.system.terminate(t.manager.pid);
    t.system.flush();

    expect(t.manager.stats().presence).toEqual({ keys: 0, entries: 0, lingering: 0 });
  });
});
