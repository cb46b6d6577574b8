import { describe, expect, it } from '@jest/globals';
import { incarnate, joinCluster } from '../../../lib/cluster/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { exitOf, idle, reads, refused } from '../../support/runtime.js';
import { found, lookups, named, outcome, site } from './support.js';

describe('register', () => {
  it.each(['mail', '@', '', `@${'x'.repeat(201)}`, 7, undefined])(
    'refuses %j, which is no name of the cluster (D40)',
    (name) => {
      const { a } = site(['a'], { warm: 0 });
      const { names } = a.cluster;
      const wrong = name as string;

      for (const call of [
        () => names.register(wrong, '{x|1}'),
        () => names.unregister(wrong),
        () => names.lookup(wrong),
        () => names.find(wrong),
        () => names.claim(wrong, 'x'),
      ]) {
        expect(call).toThrow(refused('Invalid'));
      }
    },
  );

  it('gives a name of up to 200 characters, which all nodes look up (D40, D42)', () => {
    const { nodes, a, b, advance } = site(['a', 'b', 'c']);
    const name = `@${'é'.repeat(200)}`;
    const pid = named(a, name, advance);

    expect(lookups(nodes, name)).toEqual([pid, pid, pid]);
    expect(found(b, name, advance)).toBe(pid);
    expect(a.system.info(pid)?.names).toEqual([name]);
  });

  it('is cold, and is asked once for each subscription (D41)', () => {
    const { a, advance } = site(['a']);
    const pid = a.system.spawn(idle);
    const register$ = a.cluster.names.register('@cold', pid);
    advance(10);
    expect(found(a, '@cold', advance)).toBeUndefined();

    const [one, two] = [outcome(register$), outcome(register$)];
    advance(10);
    expect(one).toEqual(two);
    expect(one).toEqual([{ pid, revision: 1 }, 'done']);
  });

  it('gives a process several names, and each to one process (D40)', () => {
    const { a, advance } = site(['a']);
    const pid = named(a, '@one', advance);
    const again = outcome(a.cluster.names.register('@two', pid));
    const other = outcome(a.cluster.names.register('@one', a.system.spawn(idle)));
    advance(10);

    expect(again).toEqual([{ pid, revision: 2 }, 'done']);
    expect(other).toEqual(['AlreadyExists']);
    expect(a.system.info(pid)?.names).toEqual(['@one', '@two']);
  });

  it('is for living processes of this node: NotFound (D37, D41)', () => {
    const { a, b, advance } = site(['a', 'b']);
    const [dead, foreign] = [a.system.spawn(idle), b.system.spawn(idle)];
    a.system.terminate(dead);
    advance(1);

    for (const pid of [dead, foreign]) {
      expect(outcome(a.cluster.names.register('@x', pid))).toEqual(['NotFound']);
    }
  });

  it('is refused with the PID of the owner, wherever that lives (D41)', () => {
    const { a, b, advance } = site(['a', 'b']);
    const pid = named(a, '@x', advance);
    const errors: unknown[] = [];
    for (const node of [a, b]) {
      const other = node.system.spawn(idle);
      node.cluster.names.register('@x', other).subscribe({ error: (error) => errors.push(error) });
    }
    advance(10);

    const taken = refused('AlreadyExists', { existing_pid: pid });
    expect(errors).toEqual([taken, taken]);
  });

  it('is Unavailable before the node has joined (D41)', () => {
    const { a } = site(['a'], { warm: 0 });
    const { system, cluster } = a;
    system.define('x', idle);

    expect(outcome(cluster.names.register('@x', system.spawn(idle)))).toEqual(['Unavailable']);
    expect(outcome(cluster.names.claim('@x', 'x'))).toEqual(['Unavailable']);
  });

  it('is Unavailable while JetStream is away; lookup goes on (D41)', () => {
    const { nats, a, b, advance } = site(['a', 'b']);
    const pid = named(a, '@x', advance);
    nats.keepKeys(false);
    const { names } = b.cluster;
    const other = b.system.spawn(idle);
    b.system.define('x', idle);
    const asked = [names.register('@y', other), names.find('@x'), names.claim('@y', 'x')].map(
      outcome,
    );
    advance(2_100);

    expect(asked).toEqual([['Unavailable'], ['Unavailable'], ['Unavailable']]);
    expect(names.lookup('@x')).toBe(pid);
    expect(b.system.processes().map((each) => each.pid)).toEqual([other]);

    nats.keepKeys(true);
    expect(named(b, '@z', advance)).toBeDefined();
  });

  it('that nobody waits for gives the name back (D41)', () => {
    const { nodes, a, b, advance } = site(['a', 'b']);
    const pid = a.system.spawn(idle);
    a.cluster.names.register('@x', pid).subscribe().unsubscribe();
    advance(10);

    expect(lookups(nodes, '@x')).toEqual([undefined, undefined]);
    expect(named(b, '@x', advance)).toBeDefined();
  });

  it('whose process ends meanwhile leaves no key (D41)', () => {
    const { a, b, advance } = site(['a', 'b']);
    const pid = a.system.spawn(idle);
    const asked = outcome(a.cluster.names.register('@x', pid));
    a.system.terminate(pid);
    advance(10);

    expect(asked).toEqual(['Unavailable']);
    expect(named(b, '@x', advance)).toBeDefined();
  });

  it('whose answer did not come is cleared away (D41, D45)', () => {
    const { nats, a, b, advance } = site(['a', 'b'], {});
    const pid = a.system.spawn(idle);
    advance(1);
    const asked = outcome(a.cluster.names.register('@x', pid));
    nats.stop(); // what was done is done, and its answer is lost
    advance(2_100);
    expect(asked).toEqual(['Unavailable']);
    nats.start();
    advance(2_000);

    expect(named(b, '@x', advance)).toBeDefined();
    expect(a.system.info(pid)?.names).toEqual([]);
  });
});

describe('a name of the cluster', () => {
  it('goes wherever a PID goes: send, call, monitor, link, signals (D40)', () => {
    const { a, b, advance } = site(['a', 'b']);
    const log: unknown[] = [];
    const pid = a.system.spawn(reads(log));
    outcome(a.cluster.names.register('@x', pid));
    advance(10);

    for (const { system } of [a, b])
      expect(system.send('@x', 'hi', system === a.system ? 1 : 2)).toBe(true);
    advance(10);
    expect(log).toEqual(['hi 1', 'hi 2']);

    const exits = [exitOf(a.system, '@x'), exitOf(b.system, '@x')];
    const linked = b.system.spawn((_inbox, self) => {
      self.link('@x');
      return idle(_inbox, self);
    });
    const ends = exitOf(b.system, linked);
    advance(10);
    expect(b.system.exit('@x', 'kill')).toBe(true);
    advance(10);
    expect([...exits, ends]).toEqual([['killed'], ['killed'], ['killed']]);
  });

  it('that nobody has is like a process that is dead (D40)', () => {
    const { a, advance } = site(['a', 'b']);
    const exits = exitOf(a.system, '@x');
    const asked = outcome(a.system.call('@x', 'q'));
    expect(a.system.send('@x', 'hi', 1)).toBe(false);
    advance(10);

    expect(exits).toEqual(['noproc']);
    expect(asked).toEqual(['NotFound']);
  });

  it('is no local one: neither shadows the other (D40, R3)', () => {
    const { a, advance } = site(['a']);
    const pid = named(a, '@x', advance);

    expect(() => a.system.names.register('@y', pid)).toThrow(refused('Invalid'));
    expect(() => a.system.spawn(idle, { name: '@y' })).toThrow(refused('Invalid'));
    expect(a.system.names.lookup('@x')).toBeUndefined();
  });

  it('is released before EXIT, and in a handler of EXIT it can be registered anywhere (D42, N5)', () => {
    for (const where of ['a', 'b'] as const) {
      const { nodes, advance, ...by } = site(['a', 'b']);
      const pid = named(by.a, '@x', advance);
      const next = by[where].system.spawn(idle);
      const seen: unknown[] = [];
      by[where].system.monitor('@x').subscribe(() => {
        seen.push(by[where].cluster.names.lookup('@x'));
        by[where].cluster.names.register('@x', next).subscribe((owner) => seen.push(owner.pid));
      });
      advance(10);
      by.a.system.terminate(pid);
      advance(20);

      expect(seen).toEqual([undefined, next]);
      expect(lookups(nodes, '@x')).toEqual([next, next]);
      expect(found(by.a, '@x', advance)).toBe(next);
    }
  });

  it('is taken from its process by unregister, and its key is deleted (D42)', () => {
    const { nodes, a, b, advance } = site(['a', 'b']);
    const pid = named(a, '@x', advance);
    expect(b.cluster.names.unregister('@x')).toBe(false);
    expect(a.cluster.names.unregister('@x')).toBe(true);
    expect(a.cluster.names.unregister('@x')).toBe(false);
    advance(10);

    expect(lookups(nodes, '@x')).toEqual([undefined, undefined]);
    expect(a.system.info(pid)?.names).toEqual([]);
    expect(found(b, '@x', advance)).toBeUndefined();
  });

  it('is told to a node that comes later, before that is ready (D14, D42)', () => {
    const { nats, scheduler, a, advance } = site(['a']);
    const pid = named(a, '@x', advance);
    const system = testSystem({ scheduler, node: incarnate('b', '1') });
    const cluster = joinCluster(system, { transport: nats.transport() });
    const seen: unknown[] = [];
    cluster.nodes$.subscribe(({ kind }) => seen.push(kind, cluster.names.lookup('@x')));
    advance(4_000);

    expect(seen).toEqual(['nodes', undefined, 'node.up', pid]);
  });
});
