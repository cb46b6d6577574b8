import { describe, expect, it } from '@jest/globals';
import type { Fellows } from '../../../lib/channels/fellows/fellows.js';
import type { ChannelOptions } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import type { Pid } from '../../../lib/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import { noting } from '../rooms/noting.js';
import { FakeHomes } from './fakeHomes.js';
import { brokerOf, managersOf } from './support.js';

function chatOf(nodes: readonly string[], options: Partial<ChannelOptions> = {}) {
  const log: string[] = [];
  const managers = managersOf(nodes, { chat: { behavior: noting(log), ...options } });
  const owners = new Map<string, Pid>();
  for (const test of managers.tests) {
    const fellows = brokerOf(test).fellows as Fellows;
    const { rooms } = test.manager[insideOf];
    fellows.homes = new FakeHomes(fellows, test.system, rooms, owners);
  }
  const [a, b, c] = managers.tests as [ChannelTest, ChannelTest, ChannelTest];
  return { log, ...managers, a, b, c, owners };
}

describe('the process of a channel, from another node', () => {
  it('hears who joins and leaves, and answers (CN)', () => {
    const { a, b, log, advance } = chatOf(['a', 'b']);
    const ann = a.connect({ identity: 'ann' });
    ann.subscribe('chat');
    advance(20);
    const bob = b.connect({ identity: 'bob' });
    bob.subscribe('chat');
    advance(20);
    expect(log).toEqual(['ann joined', 'bob joined']);
    const ref = bob.push('chat', 'ok', 5);
    advance(20);
    bob.assertReply(ref, { ok: true }, 5);
    bob.assertPush('chat', 'said', 5);
    ann.assertPush('chat', 'said', 5);
    bob.drop();
    advance(20);
    expect(log.slice(2)).toEqual(['bob left: connection lost']);
  });
});
