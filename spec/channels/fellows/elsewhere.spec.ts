import { describe, expect, it } from '@jest/globals';
import { map, NEVER } from 'rxjs';
import {
  type ChannelBehavior,
  event,
  ofEvent,
  type RoomEvent,
  room,
} from '../../../lib/channels/index.js';
import { act, ofTopic, reply } from '../../../lib/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { noting } from '../rooms/noting.js';
import { schema } from '../rooms/support.js';
import { managersOf, readers } from './support.js';

const SOON = 20;

describe('unsubscribe of a client of another node', () => {
  const KICKED = expect.objectContaining({ code: 'kicked', retry: false }) as never;

  it.each([
    { what: 'free', options: {} },
    { what: 'homed elsewhere', options: { history: {} } },
    { what: 'whose process is elsewhere', options: { behavior: () => NEVER } },
  ])('ends its membership of a channel $what, as that of an own one (CN10, B28)', ({ options }) => {
    const { tests, advance } = managersOf(['a', 'b', 'c'], { news: options });
    const clients = readers({ tests, advance });
    const [, { manager }] = tests as [ChannelTest, ChannelTest];
    for (const { pid } of clients) expect(manager.unsubscribe(pid, 'news')).toBe(true);
    advance(SOON);

    for (const client of clients) client.assertPush('news', 'rx:unsubscribed', KICKED);
    expect(manager.channels.subscriberCount('news')).toBe(0);
    for (const { pid } of clients) expect(manager.unsubscribe(pid, 'news')).toBe(false);
  });

  it('says code, text and retry as they were given, and is that of the channels as well (CN10)', () => {
    const { tests, advance } = managersOf(['a', 'b'], { news: {} });
    const [ann, bob] = readers({ tests, advance }) as [TestClient, TestClient];
    const [a, b] = tests as [ChannelTest, ChannelTest];
    const why = { code: 'spam', message: 'Too loud', retry: true };
    expect(a.manager.unsubscribe(bob.pid, 'news', why)).toBe(true);
    expect(b.manager.channels.unsubscribe('news', ann.pid)).toBe(true);
    advance(SOON);

    bob.assertPush('news', 'rx:unsubscribed', why);
    ann.assertPush('news', 'rx:unsubscribed', KICKED);
  });

  it('is told to the process of the channel at once where that is here (CN10, CN21)', () => {
    const log: string[] = [];
    const { tests, advance } = managersOf(['a', 'b'], { news: { behavior: noting(log) } });
    readers({ advance, tests: tests.slice(0, 1) });
    const [bob] = readers({ advance, tests: tests.slice(1) }) as [TestClient];
    const [a] = tests as [ChannelTest];
    expect(a.manager.unsubscribe(bob.pid, 'news')).toBe(true);
    a.system.flush();
    expect(log.at(-1)).toBe('at 0 left: kicked');
  });

  it('is false of who is on no node, and of a channel that nobody is in there (CN10)', () => {
    const { tests, nats, advance } = managersOf(['a', 'b'], { news: {} });
    const [, bob] = readers({ tests, advance }) as [TestClient, TestClient];
    const [{ manager }] = tests as [ChannelTest];
    expect(manager.unsubscribe(bob.pid, 'other')).toBe(false);
    expect(manager.unsubscribe('{x~1@main|0x00001}', 'news')).toBe(false);
    nats.kill('b');
    advance(3_000);

    expect(manager.unsubscribe(bob.pid, 'news')).toBe(false);
  });
});

describe('data of an event that its schema has made into what does not cross', () => {
  const lock = event('lock', { data: schema((key) => ({ value: { key, open: () => key } })) });
  const behavior: ChannelBehavior = (inbox) =>
    inbox.pipe(
      ofEvent(lock),
      map((message) => reply(message, message.data.open())),
    );

  function locked() {
    const on = managersOf(['a', 'b'], { news: { behavior, events: [lock] } });
    const [b] = on.tests.slice(1) as [ChannelTest];
    const warnings: string[] = [];
    b.system.events$.subscribe((each) => each.type === 'warning' && warnings.push(each.message));
    const [ann] = readers({ ...on, tests: on.tests.slice(0, 1) }) as [TestClient];
    const [bob] = readers({ ...on, tests: on.tests.slice(1) }) as [TestClient];
    return { ...on, ann, bob, warnings };
  }

  it('is `internal`, with a warning that names event and channel (CN22)', () => {
    const { ann, bob, warnings, advance } = locked();
    const refs = [ann, bob].map((client) => client.push('news', 'lock', 5));
    advance(SOON);

    ann.assertReply(refs[0] as number, { ok: true }, 5);
    bob.assertReply(refs[1] as number, { error: 'internal' });
    expect(warnings.at(-1)).toContain('lock for news, whose home is elsewhere');
  });

  it('is told to who has given no id as well (CN22, CP10)', () => {
    const { bob, warnings } = locked();
    bob.send({ type: 'event', channel: 'news', payload: { event: 'lock', data: 5 } });

    expect(bob.frames.at(-1)).toMatchObject({ error: { code: 'internal' } });
    expect(warnings).toHaveLength(2);
  });
});

describe('what a client of another node has got by `refresh`', () => {
  /** A channel whose process, at `a`, has a member at `b` too, and remembers the connection of each event. */
  function refreshed() {
    const connections: RoomEvent['connection'][] = [];
    const roles: unknown[] = [];
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        act(({ payload: { connection } }) => {
          connections.push(connection);
          roles.push(connection.metadata.role);
        }),
      );
    const on = managersOf(
      ['a', 'b'],
      { news: { behavior } },
      { refresh: (_, token) => ({ metadata: { role: token } }) },
    );
    readers({ ...on, tests: on.tests.slice(0, 1) });
    const [client] = readers({ ...on, tests: on.tests.slice(1) });
    if (client === undefined) throw new Error('there is no client');
    return { ...on, client, connections, roles };
  }

  it('is in its connection for the process, before what it says then (CN21, B32)', () => {
    const { client, connections, roles, advance } = refreshed();
    client.push('news', 'first');
    advance(SOON);
    client.command('refresh', { token: 'admin' });
    client.push('news', 'second');
    advance(SOON);

    expect(roles).toEqual([undefined, 'admin']);
    expect(connections[0]).toBe(connections[1]);
    expect(connections[0]?.metadata).toEqual({ role: 'admin' });
  });

  it('is there for the process of the next home (CN21, CN27)', () => {
    const { client, roles, nats, advance } = refreshed();
    client.command('refresh', { token: 'admin' });
    nats.kill('a');
    advance(5_000);
    client.push('news', 'later');
    advance(SOON);

    expect(roles).toEqual(['admin']);
  });
});
