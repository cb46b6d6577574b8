import { describe, expect, it } from '@jest/globals';
import { channel, WebSocketMessage, type WireMessage } from '../../../lib/channels/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import { SILENCE } from '../../cluster/groups/support.js';
import { collect } from '../../support/runtime.js';
import { brokerOf, managersOf, readers, textsOf } from './support.js';

const text = (value: string) => WebSocketMessage.text(value);

/** Two nodes with a member of `news` each, and a third with none. */
function three() {
  const world = managersOf(['a', 'b', 'c']);
  const [a, b, c] = world.tests as [ChannelTest, ChannelTest, ChannelTest];
  const clients = readers({ ...world, tests: [a, b] });
  return { ...world, a, b, c, clients };
}

describe('a channel that nobody orders', () => {
  it('gets to the members on all nodes, from one where nobody is as well; the sender knows to how many (CN2)', () => {
    const { a, c, clients, advance } = three();

    expect(a.manager.sendToChannel('news', text('one'))).toBe(2);
    expect(c.manager.sendToChannel('news', text('two'))).toBe(2);
    advance(5);
    expect(clients.map((client) => textsOf(client))).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('keeps the order of each sending node, and needs nothing in its mailbox to be free (CN2, D11)', () => {
    const { a, clients, advance } = three();
    const sent = Array.from({ length: 50 }, (_, at) => `${at}`);
    for (const each of sent) a.manager.sendToChannel('news', text(each));
    advance(5);
    expect(textsOf(clients[1] as never)).toEqual(sent);
  });

  it('is told of once where a node has a history of it, and what comes is shown without a place (CN1)', () => {
    const { tests, advance } = managersOf(['a', 'b']);
    const [a, b] = tests as [ChannelTest, ChannelTest];
    a.manager.define(channel('news', { history: {} }));
    const warnings = collect(
      a.system.events$,
      (event) => event.type === 'warning' && event.message,
    );
    const client = a.connect();
    client.subscribe('news');
    advance(100);
    for (const each of ['one', 'two']) b.manager.sendToChannel('news', text(each));
    advance(10);

    expect(textsOf(client)).toEqual(['one', 'two']);
    expect(warnings.filter(Boolean)).toEqual([
      'news has a history or a behavior here, and neither on b~1: define the same channels on all nodes',
    ]);
  });

  it('is for those whom it is for, on each node (CN2)', () => {
    const { a, clients, advance } = three();
    const [here, there] = clients.map(({ pid }) => pid) as [string, string];
    const send = (value: string, options: object) =>
      a.manager.broadcast(text(value), { channel: 'news', ...options });
    send('only there', { onlyTo: [there] });
    send('not there', { exclude: [there] });
    expect(send('only here', { onlyTo: [here] })).toBe(1);
    advance(5);

    expect(clients.map((client) => textsOf(client))).toEqual([
      ['not there', 'only here'],
      ['only there'],
    ]);
  });

  it('is shown to processes and listeners where it has members (CN2)', () => {
    const { a, b, c, advance } = three();
    const heard = [b, c].map(({ manager }) =>
      collect(manager.channel('news').published$, ({ payload }) => payload),
    );
    const got: unknown[] = [];
    const pid = b.system.spawn((inbox) => {
      inbox.subscribe(({ topic, payload }) =>
        got.push([topic, (payload as { payload: unknown }).payload]),
      );
      return inbox as never;
    });
    b.manager.channels.subscribe('news', pid);
    advance(5);
    a.manager.sendToChannel('news', text('hi'));
    advance(5);

    expect(heard).toEqual([['hi'], []]);
    expect(got).toEqual([['channel.published', 'hi']]);
  });

  it('counts its members on all nodes, and lists those of this one (CN3)', () => {
    const { a, b, c, clients, nats, advance } = three();
    const counts = (tests: readonly ChannelTest[]) =>
      tests.map(({ manager }) => [
        manager.channels.subscriberCount('news'),
        manager.channel('news').count,
        manager.channels.getSubscribers('news').length,
      ]);

    expect(counts([a, b, c])).toEqual([
      [2, 2, 1],
      [2, 2, 1],
      [2, 2, 0],
    ]);
    clients[0]?.unsubscribe('news');
    advance(5);
    expect(counts([b])).toEqual([[1, 1, 1]]);
    nats.kill('b');
    advance(SILENCE);
    expect(counts([a])).toEqual([[0, 0, 0]]);
  });

  it('goes on without a node that is lost (CN2)', () => {
    const { a, clients, nats, advance } = three();
    nats.kill('b');
    advance(SILENCE);
    expect(a.manager.sendToChannel('news', text('alone'))).toBe(1);
    expect(textsOf(clients[0] as never)).toEqual(['alone']);
  });
});

describe('a message to everybody', () => {
  it('gets to all connections of all nodes (CN4)', () => {
    const { a, clients, advance } = three();
    const [here, there] = clients as [(typeof clients)[0], (typeof clients)[0]];
    a.manager.broadcast(text('all'));
    a.manager.broadcast(text('but one'), { exclude: [there.pid] });
    a.manager.broadcast(text('one'), { onlyTo: [there.pid] });
    advance(5);

    const got = ({ frames }: typeof here) =>
      frames.filter(({ type }) => type === 'text').map(({ payload }) => payload);
    expect([here, there].map(got)).toEqual([
      ['all', 'but one'],
      ['all', 'one'],
    ]);
  });
});

it('refuses a function, which cannot get to other nodes (CN2)', () => {
  const { tests } = managersOf(['a']);
  const [a] = tests as [ChannelTest];
  expect(() => a.manager.sendToChannel('news', text('hi'), { mapFor: () => undefined })).toThrow(
    expect.objectContaining({ code: 'Invalid', message: expect.stringContaining('mapFor') }),
  );
});

it('makes the text of a message once, for all nodes and members (CN2, B21)', () => {
  const world = managersOf(['a', 'b']);
  const [a, b] = world.tests as [ChannelTest, ChannelTest];
  readers(world);
  readers(world);
  let made = 0;
  const message: WireMessage = {
    ...{ type: 'json', timestamp: 1 },
    payload: { toJSON: () => ++made },
  };
  expect(a.manager.sendToChannel('news', message)).toBe(4);
  world.advance(5);
  expect(made).toBe(1);
  expect(brokerOf(b).counters.sent).toBeGreaterThanOrEqual(2);
});

it('is deleted on all nodes, from one where it is not as well (CN9)', () => {
  const { b, c, clients, advance } = three();
  expect(c.manager.channels.deleteChannel('news')).toBe(true);
  advance(5);
  for (const client of clients) {
    const deleted = expect.objectContaining({ code: 'deleted', retry: false });
    client.assertPush('news', 'rx:unsubscribed', deleted as never);
  }
  expect(b.manager.channels.channelExists('news')).toBe(false);
  expect(c.manager.channels.deleteChannel('news')).toBe(false);
});

it('is of the managers of one name, and not of another one (CN1)', () => {
  const world = managersOf(['a', 'b'], {}, { name: 'chat' });
  const [a] = world.tests as [ChannelTest, ChannelTest];
  const clients = readers(world);
  expect(a.manager.sendToChannel('news', text('hi'))).toBe(2);
  world.advance(5);
  expect(clients.map((client) => textsOf(client))).toEqual([['hi'], ['hi']]);
});
