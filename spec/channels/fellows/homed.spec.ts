import { describe, expect, it } from '@jest/globals';
import { WebSocketMessage } from '../../../lib/channels/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { SILENCE } from '../../cluster/groups/support.js';
import { brokerOf, homesOf, managersOf, readers, send, textsOf, three } from './support.js';

describe('a channel with a history', () => {
  it('has one home, where its first member came, and all are told one order (CN5)', () => {
    const { tests, clients, advance } = three();
    expect(tests.map(homesOf)).toEqual([1, 0, 0]);

    const [a, b, c] = tests;
    expect([send(b, 'b1'), send(c, 'c1'), send(a, 'a1'), send(b, 'b2')]).toEqual([3, 3, 3, 3]);
    advance(10);
    const [got, ...others] = clients.map((client) => textsOf(client));
    expect(got).toEqual(['1 a1', '2 b1', '3 b2', '4 c1']);
    expect(others).toEqual([got, got]);
  });

  it('is kept where it has members, so that they come back there (CN6)', () => {
    const { tests, clients, advance } = three();
    const [a] = tests;
    const [, second] = clients;
    send(a, 'one');
    advance(5);
    const since = second.position('news');
    second.drop();
    send(a, 'two');
    send(a, 'three');
    advance(5);

    const back = tests[2].connect({ identity: 'back' });
    const ref = back.subscribe('news', { since });
    back.assertReply(ref, { ok: true }, expect.objectContaining({ recovered: true, replay: 2 }));
    expect(textsOf(back)).toEqual(['2 two', '3 three']);
  });
});

it('is heard by the server on a node without members, from its next message on (CN6)', () => {
  const { tests, advance } = managersOf(['a', 'b'], { news: { history: {} } });
  const [a, b] = tests as [ChannelTest, ChannelTest];
  send(a, 'one');
  advance(20);
  expect(b.manager.channel('news').position).toBeUndefined();
  expect(b.manager.channel('news').history()).toEqual([]);
  const heard: unknown[] = [];
  b.manager
    .channel('news')
    .published$.subscribe(({ offset, payload }) => heard.push([offset, payload]));
  advance(20);
  send(a, 'two');
  advance(20);
  expect(heard).toEqual([[2, 'two']]);
  expect(b.manager.channel('news').position).toEqual(a.manager.channel('news').position);
});

it('is joined by the server, and by the path of a client, once its home is known (CN5)', () => {
  const { tests, advance } = managersOf(['a', 'b'], { news: { history: {} } });
  const [a, b] = tests as [ChannelTest, ChannelTest];
  readers({ tests: [a], advance });
  send(a, 'one');
  const one = b.connect();
  expect(b.manager.channels.subscribe('news', one.pid)).toBe(true);
  const other = b.connect({ channel: 'news' });
  advance(20);
  one.assertPush('news', 'rx:subscribed', expect.objectContaining({ offset: 1 }) as never);
  other.assertPush('news', 'rx:subscribed', expect.objectContaining({ offset: 1 }) as never);
  send(b, 'two');
  advance(20);
  expect([one, other].map((client) => textsOf(client))).toEqual([['2 two'], ['2 two']]);
});

it('is for those whom it is for, and not recorded then, wherever it was sent (CN5, B22)', () => {
  const { tests, clients, advance } = three();
  const [, second] = clients;
  const options = { channel: 'news', exclude: [second.pid] };
  tests[2].manager.broadcast(WebSocketMessage.text('not for all'), options);
  advance(20);
  expect(clients.map((client) => textsOf(client))).toEqual([['not for all'], [], ['not for all']]);
});

it('gives what a listener sends in answer the next place, on all nodes (CN5)', () => {
  const { tests, clients, advance } = three();
  const [a] = tests;
  a.manager.channel('news').published$.subscribe(({ payload }) => {
    if (payload === 'ask') send(a, 'answer');
  });
  send(a, 'ask');
  advance(20);
  for (const client of clients) expect(textsOf(client)).toEqual(['1 ask', '2 answer']);
});

it('has a new epoch at another home, of which members are told (CN8)', () => {
  const { tests, clients, nats, advance } = three();
  const [, b] = tests;
  const [, second, third] = clients;
  send(b, 'one');
  advance(10);
  const since = third.position('news');
  nats.kill('a');
  advance(SILENCE + 3_000);

  expect(tests.slice(1).map(homesOf).sort()).toEqual([0, 1]);
  for (const client of [second, third]) {
    client.assertPush(
      'news',
      'rx:unsubscribed',
      expect.objectContaining({ code: 'lagged' }) as never,
    );
  }
  const ref = third.subscribe('news', { since });
  advance(10);
  third.assertReply(
    ref,
    { ok: true },
    expect.objectContaining({ recovered: false, reason: 'epoch' }),
  );
  send(b, 'two');
  advance(10);
  expect(textsOf(third).at(-1)).toBe('1 two');
});

it('tells plain clients nothing of it, and streams of events that there is a gap (CN8, SE5)', () => {
  const { tests, clients, nats, advance } = three();
  const [a, b] = tests;
  const plain = b.connect({ protocol: 'plain', channel: 'news' });
  const stream = b.connect({ protocol: 'plain', channel: 'news' });
  advance(20);
  Object.assign(brokerOf(b).members.get(stream.pid) ?? {}, { stream: { channel: 'news' } });
  send(a, 'one');
  advance(20);
  nats.kill('a');
  advance(SILENCE + 3_000);
  send(b, 'two');
  advance(20);

  const payloads = ({ frames }: TestClient) => frames.map(({ payload, data }) => payload ?? data);
  expect(payloads(plain).slice(-2)).toEqual(['one', 'two']);
  expect(JSON.stringify(stream.frames)).toContain('reason');
  expect(clients).toHaveLength(3);
});
