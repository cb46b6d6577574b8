import { describe, expect, it } from '@jest/globals';
import type { Fellows } from '../../../lib/channels/fellows/fellows.js';
import { createWebSocketManager } from '../../../lib/channels/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import { nodesOf } from '../../cluster/support/nodes.js';
import { brokerOf, managersOf } from './support.js';

const fellowsOf = (test: Parameters<typeof brokerOf>[0]) =>
  (brokerOf(test).fellows as Fellows).parts.own;

describe('managers of one name', () => {
  it('know each other on all nodes (CN1)', () => {
    const { tests } = managersOf(['a', 'b', 'c']);
    const pids = tests.map((test) => fellowsOf(test).pid);

    expect(tests.map((test) => [...fellowsOf(test).fellows].sort())).toEqual(
      pids.map((own) => pids.filter((pid) => pid !== own).sort()),
    );
  });

  it('lose who ends, and who is lost (CN1)', () => {
    const { tests, nats, advance } = managersOf(['a', 'b', 'c']);
    const [a, b] = tests.map(fellowsOf);
    nats.kill('c');
    advance(3_000);
    expect([...(a?.fellows ?? [])]).toEqual([b?.pid]);

    brokerOf(tests[1] as ChannelTest).fellows?.end();
    advance(10);
    expect(a?.fellows.size).toBe(0);
  });

  it('need a cluster that counts the members of their channels (CN1)', () => {
    const scopes = { local: ['channels'] };
    const [node] = nodesOf(['a'], { warm: 0, scopes }).nodes as [
      ReturnType<typeof nodesOf>['nodes'][0],
    ];
    const { system, cluster } = node;
    const code = 'Invalid';

    expect(() => createWebSocketManager(system, { cluster })).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining("take 'channels' out of scopes.local"),
      }),
    );
    expect(() => createWebSocketManager(system, { cluster: 1 as never })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('not 1') }),
    );
  });
});
