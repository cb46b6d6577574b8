import { describe, expect, it } from '@jest/globals';
import { kernelOf } from '../../../lib/runtime/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { LINKED, SILENCE } from '../../cluster/groups/support.js';
import { Kept } from '../world/kept.js';
import {
  brokerOf,
  dropsOf,
  homesOf,
  managersOf,
  partsOf,
  readers,
  send,
  textsOf,
  three,
} from './support.js';

describe('while the home is lost', () => {
  it('what is sent is held, and sent to the next one (CN7)', () => {
    const { tests, clients, nats, advance } = three();
    const [, b, c] = tests;
    nats.kill('a');
    advance(100);
    send(b, 'one');
    send(c, 'two');
    send(b, 'three');
    advance(SILENCE + 3_000);

    const [, second, third] = clients;
    second.subscribe('news', { rewind: 10 });
    third.subscribe('news', { rewind: 10 });
    advance(50);
    const texts = textsOf(second);
    expect([...texts].sort()).toEqual(['1 one', '2 three', '3 two']);
    expect(textsOf(third)).toEqual(texts);
  });

  it('no more is held than may be; the rest is dropped, which is told (CN7)', () => {
    const { tests, nats, advance } = three();
    const [, b] = tests;
    nats.kill('a');
    advance(1_000);
    const drops = dropsOf(b);
    const counts = Array.from({ length: 1_001 }, (_, at) => send(b, `${at}`));
    expect(counts.at(-1)).toBe(0);
    advance(1);
    expect(drops).toEqual(['overflow']);
  });
});

it('comes late, and in order, where a link was lost; what is not recorded is lost (CN7)', () => {
  const { tests, clients, nats, advance } = three();
  const [a] = tests;
  const [, second] = clients;
  send(a, 'one');
  advance(10);
  nats.cut('b');
  send(a, 'two');
  send(a, 'not kept', { record: false });
  advance(SILENCE);
  send(a, 'three');
  advance(1_000);
  nats.heal('b');
  advance(LINKED + 2_000);

  expect(textsOf(second)).toEqual(['1 one', '2 two', '3 three']);
  send(a, 'four');
  advance(10);
  expect(textsOf(second).at(-1)).toBe('4 four');
});

it('tells a node whose link is full nothing more, and then all that was recorded (CN7)', () => {
  const history = { size: 20_000, bytes: 10 * 1024 * 1024 };
  const world = managersOf(['a', 'b'], { news: { history, lag: 'close' } });
  const [a, b] = world.tests as [ChannelTest, ChannelTest];
  readers({ ...world, tests: [a] });
  const [client] = readers({ ...world, tests: [b] }) as [TestClient];
  const drops = dropsOf(a);
  world.nats.cut('b');
  for (let n = 0; n < 9_000; n++) send(a, `${n}`);
  send(a, 'live', { record: false });
  world.advance(500);
  world.nats.heal('b');
  world.advance(1_000);
  send(a, 'last');
  world.advance(100);

  expect(drops).toContain('overflow');
  const texts = textsOf(client);
  expect(texts.length).toBe(9_001);
  expect(texts.slice(-2)).toEqual(['9000 8999', '9001 last']);
});

it('refuses who joins when it is not known in time where the home is, and admits who asks later (CN5)', () => {
  const world = managersOf(['a', 'b'], { news: { history: {} } });
  const [a] = world.tests as [ChannelTest];
  world.nats.keepKeys(false);
  const client = a.connect();
  const ref = client.subscribe('news');
  world.advance(4_900);
  client.refuteReply(ref);
  world.advance(200);
  client.assertReply(ref, { error: 'timeout' });

  world.nats.keepKeys(true);
  const later = client.subscribe('news');
  world.advance(6_000);
  client.assertReply(later, { ok: true });
});

it('has a membership last from its beginning, and not from the answer of its hook (CN5, B32)', () => {
  const world = managersOf(['a'], { news: { history: {}, join: () => ({ expiresIn: '3s' }) } });
  const [a] = world.tests as [ChannelTest];
  world.nats.keepKeys(false);
  const client = a.connect();
  const ref = client.subscribe('news');
  world.advance(2_500);
  client.refuteReply(ref);
  world.nats.keepKeys(true);
  const isAnswered = () => client.frames.some(({ id }) => id === ref);
  for (let looks = 0; looks < 500 && !isAnswered(); looks++) world.advance(10);
  client.assertReply(ref, { ok: true }, expect.objectContaining({ expires_in: 3_000 }));
  world.advance(2_980);
  client.refutePush('news', 'rx:unsubscribed');
  world.advance(40);

  client.assertPush(
    'news',
    'rx:unsubscribed',
    expect.objectContaining({ code: 'expired' }) as never,
  );
});

it('is given up where nobody needs it any more (CN5)', () => {
  const { tests, clients, advance } = three();
  const [a, b] = tests;
  send(a, 'one');
  advance(10);
  clients[1].unsubscribe('news');
  advance(130_000);
  expect(partsOf(b).homed.size).toBe(0);
  expect(partsOf(b).homed.replicas.held.streams).toBe(0);
  expect(homesOf(a)).toBe(1);
});

it('keeps its home for an hour, as long as its history is needed (CN5, CH3)', () => {
  const { tests, advance } = managersOf(['a'], { news: { history: {} } });
  const [a] = tests as [ChannelTest];
  send(a, 'one');
  advance(59 * 60_000);
  expect(homesOf(a)).toBe(1);
  advance(2 * 60_000);
  expect(homesOf(a)).toBe(0);
});

it('keeps its home as long as there is something in a history that only that has (CN5, CH3)', () => {
  const { tests, advance } = managersOf(['a'], { news: { history: { ttl: '90m' } } });
  const [a] = tests as [ChannelTest];
  send(a, 'one');
  advance(89 * 60_000);
  expect(homesOf(a)).toBe(1);
  expect(a.manager.channel('news').history()).toHaveLength(1);
  advance(2 * 60_000);
  expect(homesOf(a)).toBe(0);
});

it('is deleted everywhere, from anywhere (CN9)', () => {
  const { tests, clients, advance } = three();
  const [a, b, c] = tests;
  send(a, 'one');
  advance(10);
  expect(b.manager.channels.deleteChannel('news')).toBe(true);
  advance(20);
  for (const client of clients) {
    client.assertPush(
      'news',
      'rx:unsubscribed',
      expect.objectContaining({ code: 'deleted' }) as never,
    );
  }
  expect([a, b, c].map(({ manager }) => manager.channels.subscriberCount('news'))).toEqual([
    0, 0, 0,
  ]);

  const ref = clients[2].subscribe('news', { rewind: 5 });
  advance(20);
  clients[2].assertReply(ref, { ok: true }, expect.objectContaining({ offset: 0, replay: 0 }));
});

it('tells a node that comes to it 8 MiB of its history at most, the newest (CN6)', () => {
  const history = { bytes: 64 * 1024 * 1024 };
  const world = managersOf(['a', 'b'], { news: { history } });
  const [a, b] = world.tests as [ChannelTest, ChannelTest];
  readers({ ...world, tests: [a] });
  const large = 'x'.repeat(1024 * 1024);
  for (let n = 0; n < 10; n++) send(a, large);
  readers({ ...world, tests: [b] });

  expect(partsOf(b).homed.replicas.held.entries).toBe(7);
  expect(b.manager.channel('news').position).toEqual(a.manager.channel('news').position);
  send(a, 'next');
  world.advance(300);
  expect(b.manager.channel('news').position?.offset).toBe(11);
});

/** What a node shows of the stream: where it is, and what is kept of it. */
const streamOf = ({ manager }: ChannelTest) => {
  const channel = manager.channel('news');
  return { ...channel.position, texts: channel.history().map(({ payload }) => payload) };
};

it('begins another stream where its home comes back to a node, which let go of the one before (CN8)', () => {
  const { tests, nats, advance } = managersOf(['a', 'b'], { news: { history: {} } });
  const [a, b] = tests as [ChannelTest, ChannelTest];
  send(a, 'one');
  advance(20);
  const first = streamOf(a);
  nats.cut('a');
  advance(SILENCE + 3_000);
  send(b, 'two');
  nats.heal('a');
  advance(LINKED + 6_000);
  expect(tests.map(homesOf)).toEqual([0, 1]);
  expect(brokerOf(a).histories.memory.held.streams).toBe(0);

  nats.cut('b');
  advance(SILENCE + 3_000);
  send(a, 'three');
  advance(20);
  expect(homesOf(a)).toBe(1);
  expect(streamOf(a)).toEqual({ epoch: expect.any(String), offset: 1, texts: ['three'] });
  expect(streamOf(a).epoch).not.toBe(first.epoch);
});

it('begins another stream with what one node has kept, as on its disk (CN8)', () => {
  const kept = new Kept();
  const begin = () => managersOf(['a'], () => ({ news: { history: { store: kept.next } } }));
  for (const text of ['one', 'of the next process']) {
    const { tests, advance } = begin();
    const [a] = tests as [ChannelTest];
    send(a, text);
    advance(20);
    expect(streamOf(a)).toMatchObject({ offset: 1, texts: [text] });
  }
});

it('is not forgotten by a node that only listens, nor by its home (CN6, CH3)', () => {
  const { tests, advance } = managersOf(['a', 'b'], { news: { history: { ttl: '1m' } } });
  const [a, b] = tests as [ChannelTest, ChannelTest];
  send(a, 'one');
  advance(20);
  b.manager.channel('news').published$.subscribe();
  advance(20);
  const { position } = b.manager.channel('news');
  advance(65 * 60_000);
  expect([a, b].map(({ manager }) => manager.channel('news').position)).toEqual([
    position,
    position,
  ]);
});

it('asks again for what was recorded when a message has not come (CN7)', () => {
  const { tests, clients, advance } = three();
  const [a, b] = tests;
  const kernel = b.system[kernelOf];
  kernel.drillHook = { takes: (_, { topic }) => topic === 'rx:ch.cast' };
  send(a, 'one');
  advance(5);
  kernel.drillHook = undefined;
  send(a, 'two');
  advance(20);
  send(a, 'three');
  advance(20);
  expect(textsOf(clients[1])).toEqual(['1 one', '2 two', '3 three']);
});
