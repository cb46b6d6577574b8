import { describe, expect, it } from '@jest/globals';
import { idle } from '../support/runtime.js';
import { pairOf } from './support/pair.js';

describe('cluster.stats()', () => {
  it('counts what is known, and what crosses each link (D67)', () => {
    const { a, b, advance } = pairOf({ meta: { zone: 1 } });
    const pid = b.system.spawn(idle);
    a.system.groups.join('g', a.pid);
    a.self.monitor(pid).subscribe();
    a.self.link(b.pid);
    a.self.call(pid, 'ask').subscribe({ error: () => {} });
    b.cluster.names.register('@mail', b.pid).subscribe();
    const before = a.cluster.stats().peers[0]?.entriesOut ?? 0;
    a.self.send(pid, 'note', 'x'.repeat(1_000));
    const waiting = a.cluster.stats().peers[0]?.unacknowledged;
    advance(100);

    const { peers, ...node } = a.cluster.stats();
    expect(waiting?.bytes).toBeGreaterThan(1_000);
    expect(node).toEqual({ reconnects: 0, names: { own: 0, others: 1 }, groups: 1 });
    expect(b.cluster.stats()).toMatchObject({ names: { own: 1, others: 0 }, groups: 1 });
    expect(peers).toEqual([
      {
        ...{ name: 'b', id: 'b~1', meta: { zone: 1 }, state: 'up', silence: expect.any(Number) },
        ...{ monitors: 1, links: 1, calls: 1, sessions: 1, again: 0, gaps: 0 },
        ...{ unacknowledged: { entries: 0, bytes: 0 }, roundTrip: expect.any(Number) },
        ...{ entriesIn: expect.any(Number), bytesIn: expect.any(Number) },
        ...{ entriesOut: expect.any(Number), bytesOut: expect.any(Number) },
      },
    ]);
    // The monitor, the link, the question and the message.
    expect((peers[0]?.entriesOut ?? 0) - before).toBeGreaterThanOrEqual(4);
    expect(peers[0]?.bytesOut).toBeGreaterThan(1_000);
  });

  it('counts reconnects (D67)', () => {
    expect(pairOf({ warm: 0 }).a.cluster.stats()).toMatchObject({ reconnects: 0, peers: [] });
    const { a, nats, advance } = pairOf();
    nats.stop();
    advance(1_000);
    nats.start();
    advance(2_000);
    expect(a.cluster.stats().reconnects).toBe(1);
  });
});

describe('a link', () => {
  it('that is half full for a second is a warning, slow_link (D68)', () => {
    const { a, b, nats, advance } = pairOf({ silence: '10s' });
    nats.freeze('b');
    for (let n = 0; n < 5_000; n++) a.self.send(b.pid, 'x');
    advance(999);
    expect(a.events).not.toContainEqual(expect.stringContaining('slow_link'));
    advance(2);
    nats.thaw('b');
    advance(5_000);
    const slow = a.events.filter((each) => String(each).includes('slow_link'));
    expect(slow).toHaveLength(1);
  });

  it('on which frames get lost is one each second, resent (D68)', () => {
    const { a, b, nats, advance } = pairOf();
    nats.lose(0.3);
    for (let n = 0; n < 300; n++) {
      a.self.send(b.pid, 'x');
      advance(10);
    }
    nats.lose(0);
    advance(1_000);
    const resent = a.events.filter((each) => String(each).includes('resent'));
    expect(resent.length).toBeGreaterThan(0);
    expect(resent.length).toBeLessThan(6);
    const told = resent.map((each) => Number(/(\d+) frames/.exec(String(each))?.[1]));
    const counted = a.cluster.stats().peers[0]?.again ?? 0;
    // Each warning counts what is new; what comes after the last one is told with the next.
    expect(told.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(counted);
  });
});
