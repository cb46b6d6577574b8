import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { incarnate, joinCluster } from '../../lib/cluster/index.js';
import { memoryNats } from '../../lib/testing/cluster/memoryNats.js';
import { Clock, collect, idle, quiet, settled } from '../support/runtime.js';
import { outcome } from './names/support.js';

/** Two nodes whose run queues stand still, as of a node that has much to do, while the clock and NATS go on. */
function site(latency = 1) {
  const clock = new Clock();
  const nats = memoryNats({ scheduler: clock, latency });
  const [a, b] = ['a', 'b'].map((name) => {
    const system = quiet({ scheduler: clock, node: incarnate(name, '1') });
    return { system, cluster: joinCluster(system, { transport: nats.transport() }) };
  }) as [Node, Node];
  /** Lets time pass for nodes that have nothing else to do. */
  const pass = async (millis: number): Promise<void> => {
    for (let at = 0; at < millis; at += 10) {
      clock.advance(10);
      await settled(a.system);
      await settled(b.system);
    }
  };
  return { clock, nats, a, b, pass };
}

interface Node {
  readonly system: ReturnType<typeof quiet>;
  readonly cluster: ReturnType<typeof joinCluster>;
}

describe('a node that has much to do', () => {
  it('forgets an old session before it begins the next one, in which it tells all that is shared (D9, D14, D42, D47)', async () => {
    const { clock, nats, a, b, pass } = site();
    await pass(3_000);
    nats.cut('a');
    await pass(3_000);
    expect(b.cluster.nodes()).toEqual([]);
    nats.heal('a');
    // The other one, which has lost it, greets it anew, and is answered, before any turn.
    clock.advance(600);
    await pass(1_000);
    const pid = a.system.spawn(idle);
    outcome(a.cluster.names.register('@x', pid));
    a.system.groups.join('team', pid);
    await pass(100);

    expect(b.cluster.names.lookup('@x')).toBe(pid);
    expect(b.system.groups.members('team')).toEqual([pid]);
  });

  it('takes the end of an old state for nothing of the next session, though its turn comes only then (D10, D14)', async () => {
    const { clock, nats, a, b } = site();
    // The links are open, and then the state of each is on its way.
    clock.advance(1_500);
    await settled(a.system);
    await settled(b.system);
    // The other one gets it, loses its sender and greets it anew, before any turn.
    clock.advance(10);
    nats.cut('a');
    clock.advance(3_000);
    nats.heal('a');
    clock.advance(600);
    const up = collect(b.cluster.nodes$, ({ kind }) => kind);
    await settled(b.system);

    expect(up).toEqual(['nodes']);
    expect(b.cluster.nodes()).toEqual([]);
  });

  it('ends no relation of a node that is up by now, for which it has waited too long (D32, D34)', async () => {
    const { clock, nats, a, b, pass } = site();
    const own = b.system.spawn(idle);
    // The links are open, and the state of each is on its way; only that of `b` arrives.
    clock.advance(1_500);
    await settled(a.system);
    await settled(b.system);
    nats.freeze('b');
    clock.advance(10);
    await settled(a.system);
    const friend = a.system.spawn((_inbox, self) => {
      self.link(own);
      return NEVER;
    });
    await settled(a.system);
    // It gets the state and the link, and has waited long enough, before any turn.
    nats.thaw('b');
    clock.advance(1_600);
    await pass(100);
    expect(a.system.info(friend)?.links).toEqual([own]);
    b.system.terminate(own);
    await pass(100);

    expect(a.system.info(friend)).toBeUndefined();
  });

  it('asks for nothing before its own state is told, though both come in the same turns (D14, D32)', async () => {
    // The links begin within this time; while it stands still, what ends its wait and the other state come together.
    for (let millis = 490; millis < 570; millis += 10) {
      const { clock, nats, a, b, pass } = site(20);
      const there = a.system.spawn(idle);
      await pass(millis);
      nats.freeze('b');
      await pass(150);
      const exits = collect(b.system.monitor(there), ({ reason }) => reason.type);
      await settled(b.system);
      nats.thaw('b');
      clock.advance(10);
      await pass(600);
      a.system.terminate(there);
      await pass(100);

      expect([millis, ...exits]).toEqual([millis, 'killed']);
    }
  });
});
