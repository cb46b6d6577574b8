import { describe, expect, it } from '@jest/globals';
import type { Fellows } from '../../../lib/channels/fellows/fellows.js';
import {
  channel,
  createWebSocketManager,
  type WebSocketManager,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import type { Cluster } from '../../../lib/cluster/index.js';
import type { Pid } from '../../../lib/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestSystem } from '../../../lib/testing/live/testSystem.js';
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

  it('look for another home where they knew the first one in the turn that made them (CN7, CN8)', () => {
    const { nodes, nats, advance } = nodesOf(['a', 'b']);
    const news = channel('news', { history: {} });
    const send = (at: number, text: string): WebSocketManager => {
      const manager = createWebSocketManager(nodes[at]?.system as TestSystem, {
        cluster: nodes[at]?.cluster as Cluster,
        channels: [news],
      });
      manager.sendToChannel('news', WebSocketMessage.text(text));
      return manager;
    };
    send(0, 'at home');
    advance(100);
    const b = send(1, 'elsewhere');
    advance(100);
    nats.kill('a');
    b.sendToChannel('news', WebSocketMessage.text('without a home'));
    advance(5_000);

    expect(b.channel('news').position?.offset).toBe(1);
  });

  it('take no home once their process has ended, whatever is sent by them (CN5)', () => {
    const { tests, advance } = managersOf(['a', 'b'], { news: { history: {} } });
    const [a, b] = tests as [ChannelTest, ChannelTest];
    a.system.exit(brokerOf(a).pid as Pid, 'shutdown');
    advance(100);
    expect(a.manager.sendToChannel('news', WebSocketMessage.text('in vain'))).toBe(0);
    expect(a.manager.channels.deleteChannel('news')).toBe(false);
    advance(100);
    b.manager.sendToChannel('news', WebSocketMessage.text('heard'));
    advance(100);

    expect(a.system.processes()).toEqual([]);
    expect(b.manager.channel('news').position?.offset).toBe(1);
  });

  it('need the cluster of their own system (CN1)', () => {
    const { nodes } = nodesOf(['a', 'b']);
    const [a, b] = nodes as [(typeof nodes)[number], (typeof nodes)[number]];

    expect(() => createWebSocketManager(a.system, { cluster: b.cluster })).toThrow(
      "give that of the manager's own system: this is one of b~1",
    );
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
