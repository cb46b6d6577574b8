import { describe, expect, it } from '@jest/globals';
import { incarnate, joinCluster } from '../../../lib/cluster/index.js';
import type { Behavior, Pid } from '../../../lib/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { idle, turns } from '../../support/runtime.js';
import type { Node } from '../support/nodes.js';
import { found, lookups, named, outcome, site, warnings } from './support.js';

/** A process whose CANCELs are written down, under a name. */
function owner(node: Node, name: string, advance: (ms: number) => void) {
  const log: unknown[] = [];
  const behavior: Behavior = (inbox, self) => {
    self.signals$.subscribe((signal) => log.push(signal.kind === 'pid.cancel' && signal.reason));
    return idle(inbox, self);
  };
  const pid = node.system.spawn(behavior);
  outcome(node.cluster.names.register(name, pid));
  advance(10);
  expect(node.cluster.names.lookup(name)).toBe(pid);
  return { pid, log };
}

/** Tries to register each 10 ms, until it succeeds; how long that took. */
function takes({ system, cluster }: Node, name: string, advance: (ms: number) => void) {
  const pid = system.spawn(idle);
  for (let millis = 0; millis < 10_000; millis += 10) {
    const got = outcome(cluster.names.register(name, pid));
    advance(10);
    if (got.length === 2) return { pid, millis };
  }
  throw new Error(`${name} was not free within 10 s`);
}

/** Waits until a node sees another one go. */
function untilDown({ cluster }: Node, advance: (ms: number) => void): number {
  for (let millis = 0; millis < 20_000; millis += 10) {
    if (cluster.nodes().length === 0) return millis;
    advance(10);
  }
  throw new Error('nobody went down within 20 s');
}

describe('the names of a node', () => {
  it('that was killed are free 500 ms after it is down, and not before (D41, D44)', () => {
    const { nats, a, b, advance } = site(['a', 'b']);
    const pid = named(a, '@x', advance);
    nats.kill('a');
    untilDown(b, advance);
    b.system.define('x', idle);

    expect(b.cluster.names.lookup('@x')).toBeUndefined();
    expect(b.system.send('@x', 'hi')).toBe(false);
    const early = outcome(b.cluster.names.claim('@x', 'x'));
    advance(5);
    expect(early).toEqual(['AlreadyExists']);
    expect(found(b, '@x', advance)).toBe(pid);
    const { millis } = takes(b, '@x', advance);
    expect(millis).toBeGreaterThan(450);
    expect(millis).toBeLessThan(510);
  });

  it('that is back under its name, as another incarnation, are free at once (D3, D41)', () => {
    const { nats, scheduler, a, b, advance } = site(['a', 'b']);
    named(a, '@x', advance);
    nats.kill('a');
    const system = testSystem({ scheduler, node: incarnate('a', '2') });
    const again = { system, cluster: joinCluster(system, { transport: nats.transport() }) };
    advance(4_000);

    const { pid, millis } = takes(again, '@x', advance);
    expect(millis).toBe(0);
    expect(lookups([b, again], '@x')).toEqual([pid, pid]);
  });

  it('of which this one has never heard are free when it is clear that it is not there (D4, D41)', () => {
    const { nats, scheduler, a, advance } = site(['a']);
    named(a, '@x', advance);
    nats.kill('a');
    const system = testSystem({ scheduler, node: incarnate('b', '1') });
    const b = { system, cluster: joinCluster(system, { transport: nats.transport() }) };
    advance(4_000);

    // Two ticks after "no responders" (D7), and the 500 ms.
    const { millis } = takes(b, '@x', advance);
    expect(millis).toBeGreaterThanOrEqual(750);
    expect(millis).toBeLessThanOrEqual(1_250);
  });

  it('that leaves are free at once, and its keys are deleted (D63)', () => {
    const { a, b, advance } = site(['a', 'b']);
    const { log } = owner(a, '@x', advance);
    void a.cluster.leave();
    advance(5);

    expect(b.cluster.names.lookup('@x')).toBeUndefined();
    expect(found(b, '@x', advance)).toBeUndefined();
    expect(takes(b, '@x', advance).millis).toBe(0);
    expect(outcome(a.cluster.names.register('@y', a.system.spawn(idle)))).toEqual(['Unavailable']);
    expect(log).toEqual([]);
  });

  it('that is shut down are free at once, too (D64)', async () => {
    const { a, b, advance } = site(['a', 'b']);
    named(a, '@x', advance);
    void a.system.shutdown();
    for (let i = 0; i < 5; i++) {
      await turns(1);
      advance(5);
    }

    expect(found(b, '@x', advance)).toBeUndefined();
  });

  it('whose connection has ended for good are no names of it any more (D66)', () => {
    const { nats, a, b, advance } = site(['a', 'b']);
    const { pid } = owner(a, '@x', advance);
    nats.revoke('a');
    advance(10);

    expect(a.cluster.names.lookup('@x')).toBeUndefined();
    expect(a.system.info(pid)?.names).toEqual([]);
    expect(takes(b, '@x', advance).pid).toBeDefined();
  });
});

describe('an isolated node', () => {
  it('suspends its names 1.75 s after its last beat, before others may take them (D8, D44)', () => {
    const { nats, a, b, advance } = site(['a', 'b']);
    const { pid } = owner(a, '@x', advance);
    const other = b.system.spawn(idle);
    nats.cut('a');
    let [suspended, taken] = [0, 0];
    for (let millis = 0; millis < 4_000 && taken === 0; millis += 10) {
      if (suspended === 0 && a.cluster.names.lookup('@x') !== pid) suspended = millis;
      const got = outcome(b.cluster.names.register('@x', other));
      advance(10);
      if (got.length === 2) taken = millis;
    }

    expect(suspended).toBeGreaterThan(0);
    expect(suspended).toBeLessThanOrEqual(1_750);
    expect(taken).toBeGreaterThanOrEqual(suspended + 200);
    expect(a.system.send('@x', 'hi')).toBe(false);
    expect(outcome(a.cluster.names.register('@y', pid))).toEqual(['Unavailable']);
  });

  it('has its names again when it is back and nobody has taken them (D44, D45)', () => {
    const { nats, nodes, a, advance } = site(['a', 'b']);
    const { pid, log } = owner(a, '@x', advance);
    nats.cut('a');
    advance(3_500);
    expect(lookups(nodes, '@x')).toEqual([undefined, undefined]);
    nats.heal('a');
    advance(4_000);

    expect(lookups(nodes, '@x')).toEqual([pid, pid]);
    expect(log).toEqual([]);
  });

  it('gives them to nobody, not even to who has them, while it is isolated (D41, D44)', () => {
    const { nats, a, advance } = site(['a', 'b']);
    const { pid } = owner(a, '@x', advance);
    nats.cut('a');
    advance(3_500);
    const got = outcome(a.cluster.names.register('@x', pid));
    advance(10);

    expect(got).toEqual(['Unavailable']);
  });

  it('keeps them suspended until the bucket answers (D44, D45)', () => {
    const { nats, nodes, a, advance } = site(['a', 'b']);
    const { pid } = owner(a, '@x', advance);
    nats.cut('a');
    advance(3_500);
    nats.keepKeys(false);
    nats.heal('a');
    advance(8_000);
    expect(lookups(nodes, '@x')).toEqual([undefined, undefined]);
    nats.keepKeys(true);
    advance(2_000);

    expect(lookups(nodes, '@x')).toEqual([pid, pid]);
  });

  it('hears of it when another process has taken one: CANCEL, and a warning (D43, D45)', () => {
    const { nats, nodes, a, b, advance } = site(['a', 'b']);
    const { pid, log } = owner(a, '@x', advance);
    const warned = warnings(a);
    nats.cut('a');
    untilDown(b, advance);
    const { pid: other } = takes(b, '@x', advance);
    advance(1_000);
    nats.heal('a');
    advance(4_000);

    expect(lookups(nodes, '@x')).toEqual([other, other]);
    expect(log).toEqual(['name lost: @x']);
    expect(warned).toContain('name_lost');
    expect(a.system.info(pid)?.names).toEqual([]);
  });
});

describe('a node that was frozen', () => {
  it('learns that it has lost a name as soon as it hears of the new owner (D44, D45)', () => {
    const { nats, nodes, a, b, advance } = site(['a', 'b']);
    const { log } = owner(a, '@x', advance);
    nats.freeze('a');
    untilDown(b, advance);
    const { pid: other } = takes(b, '@x', advance);
    nats.thaw('a');
    advance(3_000);

    expect(lookups(nodes, '@x')).toEqual([other, other]);
    expect(log).toEqual(['name lost: @x']);
  });
});

describe('a key', () => {
  it('that is missing is made again within 30 s (D45)', () => {
    const { nats, nodes, a, b, advance } = site(['a', 'b']);
    const { pid } = owner(a, '@x', advance);
    nats.forgetKeys();
    expect(found(b, '@x', advance)).toBeUndefined();
    advance(30_000);

    expect(found(b, '@x', advance)).toBe(pid);
    expect(lookups(nodes, '@x')).toEqual([pid, pid]);
  });

  it('is read after each reconnect (D45)', () => {
    const { nats, a, b, advance } = site(['a', 'b']);
    const { pid } = owner(a, '@x', advance);
    nats.stop();
    nats.forgetKeys();
    advance(10);
    nats.start();
    advance(500);

    expect(found(b, '@x', advance)).toBe(pid);
  });

  it('that was lost and then taken by another is lost for who had it (D43, D45)', () => {
    const { nats, nodes, a, b, advance } = site(['a', 'b']);
    const { log } = owner(a, '@x', advance);
    nats.forgetKeys();
    const { pid } = takes(b, '@x', advance);
    advance(100);

    expect(log).toEqual(['name lost: @x']);
    expect(lookups(nodes, '@x')).toEqual([pid, pid]);
  });

  it('whose deletion was not answered is deleted later, and taken by others meanwhile (D42)', () => {
    const { nats, a, b, advance } = site(['a', 'b', 'c']);
    named(a, '@x', advance);
    named(a, '@y', advance);
    nats.keepKeys(false);
    for (const name of ['@x', '@y']) a.cluster.names.unregister(name);
    advance(2_500);
    nats.keepKeys(true);

    expect(takes(b, '@x', advance).millis).toBe(0);
    advance(30_000);
    expect(found(a, '@y', advance)).toBeUndefined();
  });

  it.each([90, 91, 92, 93, 94])(
    'that is made again while its process ends is deleted again, %d ms after the server is back (D45)',
    (millis) => {
      const { nats, a, b, advance } = site(['a', 'b']);
      named(a, '@before', advance);
      const { pid } = owner(a, '@x', advance);
      a.cluster.names.unregister('@before'); // so that the key made again has another revision
      advance(10);
      nats.stop();
      nats.forgetKeys();
      advance(10);
      nats.start();
      advance(millis);
      a.system.terminate(pid);
      advance(20);

      expect(found(b, '@x', advance)).toBeUndefined();
    },
  );

  it('that is made later than anybody waited for it is deleted (D41, D45)', () => {
    const { nats, a, b, advance } = site(['a', 'b']);
    b.system.define('room', idle);
    nats.freeze('b');
    advance(600); // what comes meanwhile waits before the question, and wakes the node up
    const got = outcome(b.cluster.names.claim('@x', 'room'));
    advance(2_500);
    expect(got).toEqual(['Unavailable']);
    nats.thaw('b');
    advance(65_000);

    expect(found(a, '@x', advance)).toBeUndefined();
    expect(takes(a, '@x', advance).millis).toBe(0);
  });

  it('that holds what no node has written belongs to nobody (D41)', () => {
    const { nats, a, b, advance } = site(['a', 'b']);
    const connect = nats.transport();
    const place = { name: 'z', incarnation: '1', cluster: 'main', replicas: 1, warn: () => {} };
    const { registry } = connect(place);
    advance(10);
    for (const [at, text] of ['?', '{}', '{"pid":"{x@main|1}"}', '{"pid":7}'].entries()) {
      const key = `n.${Buffer.from(`@${at}`).toString('base64url')}`;
      registry.create(key, new TextEncoder().encode(text)).subscribe();
      advance(10);

      expect(found(b, `@${at}`, advance)).toBeUndefined();
      expect(takes(a, `@${at}`, advance).millis).toBe(0);
    }
  });
});

describe('a side of a split without the quorum', () => {
  it('registers nothing, and takes nothing; the other side does (D41, D44)', () => {
    const { nats, a, b, c, advance } = site(['a', 'b', 'c']);
    const { log } = owner(c, '@x', advance);
    nats.split(['a', 'b'], ['c']);
    advance(3_000);
    const lost = outcome(c.cluster.names.register('@y', c.system.spawn(idle)));
    advance(2_100);
    expect(lost).toEqual(['Unavailable']);
    const { pid } = takes(a, '@x', advance);
    nats.heal();
    advance(35_000);

    expect(lookups([a, b, c], '@x')).toEqual([pid, pid, pid]);
    expect(log).toEqual(['name lost: @x']);
  });
});

describe('find', () => {
  it('gives a revision that rises with each owner (D44)', () => {
    const { nodes, advance } = site(['a', 'b']);
    const revisions: number[] = [];
    for (const node of [...nodes, ...nodes]) {
      const pid: Pid = named(node, '@x', advance);
      node.cluster.names.find('@x').subscribe((found) => revisions.push(found?.revision ?? 0));
      advance(10);
      node.system.terminate(pid);
      advance(10);
    }

    expect(revisions).toHaveLength(4);
    expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
  });
});
