import { describe, expect, it } from '@jest/globals';
import { WebSocketMessage } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { type ChannelTest, channelTest } from '../../../lib/testing/channels/channelTest.js';
import { brokerOf, managersOf, partsOf } from './support.js';

type Three = readonly [ChannelTest, ChannelTest, ChannelTest];

const three = (channels: Parameters<typeof managersOf>[1] = {}) => {
  const on = managersOf(['a', 'b', 'c'], channels);
  const [a, b, c] = on.tests as unknown as Three;
  return { on, a, b, c };
};

const HELLO = WebSocketMessage.text('hello');

describe('connectionCount', () => {
  it('counts those of all nodes, 100 ms old at most (CN50)', () => {
    const { on, a, b, c } = three();
    const [ann] = [a.connect(), b.connect(), b.connect()];
    expect([a, b, c].map(({ manager }) => manager.connectionCount())).toEqual([1, 2, 0]);
    on.advance(110);
    expect([a, b, c].map(({ manager }) => manager.connectionCount())).toEqual([3, 3, 3]);

    ann?.drop();
    on.advance(110);

    expect([a, b, c].map(({ manager }) => manager.connectionCount())).toEqual([2, 2, 2]);
    expect(b.manager.getConnectionIds()).toHaveLength(2);
  });

  it('does not count those of a lost node, nor of one of which it knows nothing yet (CN50)', () => {
    const { on, a, b } = three();
    b.connect();
    a.connect();
    on.advance(200);
    on.nats.kill('b');
    on.advance(2_000);

    expect(a.manager.connectionCount()).toBe(1);
  });

  it('knows at once those of a node that comes (CN50)', () => {
    const { on, a, b } = three();
    b.connect();
    on.nats.split(['a'], ['b', 'c']);
    on.advance(4_000);
    b.connect();
    on.advance(200);
    on.nats.heal();
    for (let i = 0; i < 200 && partsOf(a).own.fellows.size < 2; i++) on.advance(50);
    on.advance(50);

    expect(a.manager.connectionCount()).toBe(2);
  });
});

describe('stats of a cluster', () => {
  it('are the sums of all nodes, a second old at most (CL2, CN50)', () => {
    const { on, a, b, c } = three();
    a.connect();
    for (const t of [b, b, c]) t.connect().subscribeAndJoin('room');
    b.manager.sendToConnection(b.manager.getConnectionIds()[0] as string, HELLO);
    on.advance(1_100);

    expect(c.manager.stats()).toMatchObject({
      nodes: ['c', 'a', 'b'],
      connections: { total: 4, active: 4, idle: 0, opened: 4 },
      channels: { total: 2, with_subscribers: 2, subscriptions: 3, processes: 0 },
      messages: { received: 3, sent: 8 },
    });
    expect(new Set(on.tests.map(({ manager }) => manager.stats().messages.sent))).toEqual(
      new Set([8]),
    );
  });

  it('add up tables by their keys (CL2, CN50)', () => {
    const { on, a, b } = three();
    a.connect().close(1000);
    b.connect().close(1000);
    b.connect().drop();
    const limits = { maxConnections: 1, maxPayload: 1, maxBuffered: 1 };
    const mount = { endpoints: [], origins: [], limits, drops: () => ({ overflow: 2 }) };
    for (const { manager } of [a, b]) manager[insideOf].mounts.push(mount);
    on.advance(1_100);

    expect(a.manager.stats()).toMatchObject({
      closed: { 1000: 2, 1006: 1 },
      drops: { overflow: 4 },
    });
  });

  it('count a key that is present on several nodes once (PR13, CN50)', () => {
    const { on, a, b } = three({ room: { presence: true } });
    for (const t of [a, b, b]) t.connect({ identity: 'ann' }).subscribeAndJoin('room');
    on.advance(1_100);

    expect(on.tests.map(({ manager }) => manager.stats().presence)).toEqual([
      ...[1, 2, 3].map(() => ({ keys: 1, entries: 3, lingering: 0 })),
    ]);
  });

  it('are those of one node where it is named (CN50)', () => {
    const { on, a, b } = three();
    a.connect();
    b.connect();
    b.connect();
    on.advance(1_100);
    const of = (node: string) => a.manager.stats({ node });

    expect(of('b')).toMatchObject({ nodes: ['b'], connections: { total: 2 } });
    expect(of('a')).toMatchObject({ nodes: ['a'], connections: { total: 1 } });
    expect(of('b').process.rss).toBeGreaterThan(1e6);
    expect(() => of('d')).toThrow(
      expect.objectContaining({ code: 'NotFound', message: expect.stringMatching(/^no node "d"/) }),
    );
    expect(() => a.manager.stats({ nod: 'b' } as never)).toThrow(
      expect.objectContaining({ code: 'Invalid' }),
    );
  });

  it('have the worst event loop of all, and the memory of all (CN50)', () => {
    const { on, a, b, c } = three();
    on.advance(1_100);
    for (const [i, t] of [a, b, c].entries()) {
      const figures = brokerOf(t).fellows?.clients.figures;
      const count = figures?.count;
      if (figures === undefined || count === undefined) throw new Error('no figures');
      figures.count = () => ({
        ...count(),
        process: { rss: 10, heap: 1, event_loop_p99_ms: i === 2 ? null : 5 + i },
      });
    }
    on.advance(11_000);

    expect(b.manager.stats({ node: 'a' }).process).toEqual({
      rss: 10,
      heap: 1,
      event_loop_p99_ms: 5,
    });
    expect(c.manager.stats().process.event_loop_p99_ms).toBe(6);
    expect(c.manager.stats().process.rss).toBeGreaterThan(20);
  });

  it('are told when there is news, else every 10 s (CN50)', () => {
    const { on, a, b } = three();
    const told: number[] = [];
    const at = () => b.manager.stats({ node: 'a' }).at;
    for (let i = 0; i < 30; i++) {
      on.advance(1_000);
      if (told.at(-1) !== at()) told.push(at());
    }
    expect(told.length).toBeLessThanOrEqual(5);
    a.connect();
    on.advance(1_100);
    expect(b.manager.stats({ node: 'a' }).connections.total).toBe(1);
  });

  it('are its own where it is alone, or in no cluster (CN50)', () => {
    const { on, a } = three();
    on.nats.kill('b');
    on.nats.kill('c');
    on.advance(3_000);
    expect(a.manager.stats().nodes).toEqual(['a']);

    const { manager } = channelTest();
    expect(manager.stats().nodes).toBe(undefined);
    expect(() => manager.stats({ node: 'a' })).toThrow('no node "a": the server is in no cluster');
  });
});
