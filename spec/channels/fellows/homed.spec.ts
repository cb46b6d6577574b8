import { describe, expect, it } from '@jest/globals';
import { WebSocketMessage } from '../../../lib/channels/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { SILENCE } from '../../cluster/groups/support.js';
import { homesOf, managersOf, readers, textsOf } from './support.js';

const send = ({ manager }: ChannelTest, text: string, options = {}) =>
  manager.sendToChannel('news', WebSocketMessage.text(text), options);

/** Three nodes with a member each, of a channel whose history is in memory; its home is at the first of them. */
function three() {
  const world = managersOf(['a', 'b', 'c'], { news: { history: {} } });
  const tests = world.tests as [ChannelTest, ChannelTest, ChannelTest];
  const [first] = readers({ ...world, tests: [tests[0]] }) as [TestClient];
  const [second, third] = readers({ ...world, tests: tests.slice(1) }) as [TestClient, TestClient];
  return { ...world, tests, clients: [first, second, third] as const };
}

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
