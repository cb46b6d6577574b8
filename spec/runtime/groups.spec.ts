import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY, finalize, map, NEVER } from 'rxjs';
import { type Behavior, done, type Pid, type Self, type SystemEvent } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { brief, collect, crossed, idle, refused, tables } from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

const isDead = '{main|0xdead}';

/** A system with so many processes that live; of two nodes, the first, the third … are on one. */
function crowd(size: number, still = testSystem): [system: TestSystem, ...pids: Pid[]] {
  const system = still();
  return [system, ...Array.from({ length: size }, () => system.spawn(idle))];
}

/** Who is in a group, by a system that has heard of all that was done. */
function membersOf(system: TestSystem, group: string, scope = 'pg'): readonly Pid[] {
  crossed(system);
  return system.groups.scope(scope).members(group);
}

/** A process in the hands of a spec, which calls its `self` from outside. */
function selfOf(system: TestSystem): Self {
  let self: Self | undefined;
  system.spawn((_inbox, me) => {
    self = me;
    return NEVER;
  });
  system.flush();
  return self as Self;
}

describe.each(WORLDS)('groups.join, $world', ({ still, either }) => {
  it('makes a group of whoever joins; an unknown group is an empty list (G1)', () => {
    const [system, a, b] = crowd(2, still) as [TestSystem, Pid, Pid];
    system.groups.join('g', a);
    system.groups.join('g', b);
    system.groups.join('h', b);

    const lists = ['g', 'h', 'none'].map((group) => membersOf(system, group));
    expect(lists).toEqual([[a, b], [b], []]);
  });

  it('counts: one entry for each join (G2)', () => {
    const [system, a, b, c] = crowd(3, still) as [TestSystem, Pid, Pid, Pid];
    system.groups.join('g', a);
    system.groups.join('g', [c, a, c]);
    system.groups.join('g', [b, b]);

    expect(membersOf(system, 'g')).toEqual([a, a, c, c, b, b]);
  });

  it('joins none of a list in which one is not there (G2)', () => {
    const [system, a, b, c] = crowd(3, still) as [TestSystem, Pid, Pid, Pid];
    const other = either('home', isDead, b);

    for (const bad of [isDead, other]) {
      expect(() => system.groups.join('g', [a, bad, c])).toThrow(refused('NotFound'));
    }
    expect(() => system.groups.join('g', [a, 7 as unknown as Pid])).toThrow(refused('Invalid'));
    expect([membersOf(system, 'g'), tables(system).scopes]).toEqual([[], 0]);
  });

  it('of nobody changes nothing', () => {
    const [system] = crowd(0, still);
    system.groups.join('g', []);

    expect(tables(system).scopes).toBe(0);
  });

  it.each([
    { what: 'a dead PID', find: (system: TestSystem) => system.spawn(() => EMPTY) },
    { what: 'an unknown PID', find: () => isDead },
    { what: 'a foreign PID', find: () => '{there@main|0x00001}' },
  ])('refuses $what: NotFound (G2, R3)', ({ find }) => {
    const [system] = crowd(0, still);
    const pid = find(system);
    system.flush();

    expect(() => system.groups.join('g', pid)).toThrow(refused('NotFound'));
    expect(tables(system).scopes).toBe(0);
  });

  it('gives a list that is a copy (G5)', () => {
    const [system, a] = crowd(1, still) as [TestSystem, Pid];
    system.groups.join('g', a);
    (membersOf(system, 'g') as Pid[]).push('x');

    expect(membersOf(system, 'g')).toEqual([a]);
  });
});

describe.each(WORLDS)('groups.leave, $world', ({ still }) => {
  it('takes as many as there were joins, then is NotFound (G2)', () => {
    const [system, a] = crowd(1, still) as [TestSystem, Pid];
    const { groups } = system;
    groups.join('g', [a, a]);
    groups.leave('g', a);
    expect(membersOf(system, 'g')).toEqual([a]);
    groups.leave('g', a);

    expect([membersOf(system, 'g'), tables(system).scopes]).toEqual([[], 0]);
    expect(() => groups.leave('g', a)).toThrow(refused('NotFound'));
  });

  it('is NotFound for a group of others, for a dead PID and for an empty list (G2)', () => {
    const [system, a, b, c] = crowd(3, still) as [TestSystem, Pid, Pid, Pid];
    system.groups.join('g', a);

    for (const pid of [b, c, isDead, []]) {
      expect(() => system.groups.leave('g', pid)).toThrow(refused('NotFound'));
    }
    expect(membersOf(system, 'g')).toEqual([a]);
  });

  it('of a list does what it can, and fails only if it matched nothing (G2)', () => {
    const [system, a, b, c] = crowd(3, still) as [TestSystem, Pid, Pid, Pid];
    const { groups } = system;
    groups.join('g', a);
    groups.join('g', b);
    groups.leave('g', [c, a, a, isDead]);

    expect(membersOf(system, 'g')).toEqual([b]);
    expect(() => groups.leave('g', [a, c, isDead])).toThrow(refused('NotFound'));
  });
});

describe.each(WORLDS)('group names, $world', ({ still }) => {
  it.each(['__proto__', 'constructor', '@g', '{main|0x00001}', ' ', 'é'])('may be %j', (name) => {
    const [system, a] = crowd(1, still) as [TestSystem, Pid];
    system.groups.join(name, a);
    system.groups.scope(name).join(name, a);

    expect([membersOf(system, name), membersOf(system, name, name)]).toEqual([[a], [a]]);
    expect(membersOf(system, 'toString')).toEqual([]);
  });

  it.each(['', 7, undefined, null])('may not be %j: Invalid, and nothing is changed', (name) => {
    const [system, a] = crowd(1, still) as [TestSystem, Pid];
    const { groups } = system;
    const self = selfOf(system);
    const bad = name as string;
    const misuses = [
      () => groups.join(bad, a),
      () => groups.leave(bad, a),
      () => groups.members(bad),
      () => groups.broadcast(bad, 't'),
      () => groups.monitor(bad),
      () => self.join(bad),
      () => self.leave(bad),
      () => self.monitorGroup(bad),
    ];

    for (const misuse of misuses) expect(misuse).toThrow(refused('Invalid'));
    expect(tables(system).scopes).toBe(0);
  });
});

describe.each(WORLDS)('groups.scope, $world', ({ still }) => {
  it('has groups of its own; pg is the default one (G1)', () => {
    const [system, a, b] = crowd(2, still) as [TestSystem, Pid, Pid];
    const { groups } = system;
    groups.join('g', a);
    groups.scope('other').join('g', b);
    crossed(system);

    expect([groups, groups.scope('pg'), groups.scope('other')].map((s) => s.members('g'))).toEqual([
      [a],
      [a],
      [b],
    ]);
    expect(() => groups.scope('third').leave('g', a)).toThrow(refused('NotFound'));
  });

  it('is there while it is used (G1)', () => {
    const [system, a] = crowd(1, still) as [TestSystem, Pid];
    const scope = system.groups.scope('other');
    scope.join('g', a);
    const watch = scope.events().subscribe();
    crossed(system);
    expect(tables(system).scopes).toBe(1);
    scope.leave('g', a);
    crossed(system);
    expect(tables(system).scopes).toBe(1);
    watch.unsubscribe();
    expect(tables(system).scopes).toBe(0);

    scope.join('g', a);
    expect(membersOf(system, 'g', 'other')).toEqual([a]);
  });

  it.each(['', 7, null])('refuses the name %j: Invalid', (name) => {
    const [system] = crowd(0, still);
    const self = selfOf(system);
    const scope = name as string;

    expect(() => system.groups.scope(scope)).toThrow(refused('Invalid'));
    expect(() => self.join('g', { scope })).toThrow(refused('Invalid'));
  });
});

describe.each(WORLDS)('self.join, $world', ({ still }) => {
  it('and self.leave are for a process itself, in the scope it names (G1, G2)', () => {
    const [system] = crowd(0, still);
    const self = selfOf(system);
    self.join('g');
    self.join('g', { scope: 'other' });
    self.join('g', { scope: 'other' });
    self.leave('g', { scope: 'other' });

    const lists = ['pg', 'other'].map((scope) => membersOf(system, 'g', scope));
    expect(lists).toEqual([[self.pid], [self.pid]]);
    self.leave('g');
    expect(membersOf(system, 'g')).toEqual([]);
    expect(() => self.leave('g')).toThrow(refused('NotFound'));
  });

  it('is refused while the process ends, and self.leave does nothing then (G3, E3)', () => {
    const [system] = crowd(0, still);
    const log: unknown[] = [];
    const events = collect(system.events$, ({ type }: SystemEvent) => type);
    const tidy: Behavior = (inbox, self) => {
      self.join('g');
      return inbox.pipe(
        map(() => done()),
        finalize(() => {
          log.push(system.groups.localMembers('g'));
          self.leave('g');
          expect(() => self.join('g')).toThrow(refused('NotFound'));
          log.push(system.groups.localMembers('g'));
        }),
      );
    };
    system.send(system.spawn(tidy), 'end');
    system.flush();

    expect(log).toEqual([[], []]);
    expect(events).toEqual(['spawned', 'exited']);
  });

  it('is Unavailable after the end', () => {
    const [system] = crowd(0, still);
    const self = selfOf(system);
    self.exit('normal');

    expect(() => self.join('g')).toThrow(refused('Unavailable'));
    expect(() => self.leave('g')).not.toThrow();
  });
});

describe.each(WORLDS)("a member's exit, $world", ({ still }) => {
  it.each<{ how: string; end: (system: TestSystem, pid: Pid) => unknown }>([
    { how: 'terminated', end: (system, pid) => system.terminate(pid) },
    { how: 'crashed', end: (system, pid) => system.exit(pid, new Error('boom')) },
    {
      how: 'stopped',
      end: (system, pid) => system[kernelOf].signal(pid, { signal: 'stop', timeout: 1 }),
    },
  ])('removes all its entries when it is $how, before its EXIT (G3, N5)', ({ end }) => {
    const [system, a, b] = crowd(2, still) as [TestSystem, Pid, Pid];
    const { groups } = system;
    groups.join('g', [a, a]);
    groups.join('g', b);
    groups.join('h', a);
    groups.scope('other').join('g', a);
    const seen = collect(system.monitor(a), () => [
      groups.members('g').includes(a),
      groups.members('h'),
      groups.scope('other').members('g'),
    ]);
    crossed(system);
    end(system, a);
    system.flush();

    expect(seen).toEqual([[false, [], []]]);
  });

  it('lets another join in the handler of its EXIT (G3, N5)', () => {
    const [system, a] = crowd(1, still) as [TestSystem, Pid];
    const { groups } = system;
    groups.join('g', a);
    const heir = selfOf(system);
    crossed(system);
    heir.monitor(a).subscribe(({ reason }) => heir.join(`g ${brief(reason)}`));
    heir.monitor(a).subscribe(() => heir.join('g'));
    system.terminate(a);
    system.flush();

    expect([groups.members('g'), groups.members('g killed')]).toEqual([[heir.pid], [heir.pid]]);
  });
});

describe("a member's exit", () => {
  it('leaves nothing behind, of 10,000 members of several groups (G3)', () => {
    const [system, ...pids] = crowd(10_000);
    system.groups.join('all', pids);
    system.groups.scope('other').join('all', pids);
    pids.forEach((pid, n) => {
      system.groups.join(`by tens ${n % 1_000}`, pid);
    });
    expect(system.groups.members('all')).toHaveLength(10_000);
    for (const pid of pids) system.terminate(pid);
    system.flush();

    expect(tables(system)).toEqual({
      processes: 0,
      names: 0,
      scopes: 0,
      calls: 0,
      residents: 0,
    });
  });

  it('costs a process that never joined nothing', () => {
    const [system, a] = crowd(1) as [TestSystem, Pid];
    const process = system[kernelOf].processes.get(a);

    expect(process?.ownGroups).toBe(process?.ownNames); // the one empty list
  });
});

describe.each(WORLDS)('members, $world', ({ still, runs }) => {
  type Step = readonly [op: 'join' | 'leave' | 'end', who: number, group: string];
  const step = fc.tuple(
    fc.constantFrom('join' as const, 'join' as const, 'leave' as const, 'end' as const),
    fc.nat(3),
    fc.constantFrom('g', 'h'),
  ) as fc.Arbitrary<Step>;

  it('are the joins less the leaves of whoever lives, in every order of things (G2, G3)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const [system, ...pids] = crowd(4, still);
        const model = new Map<string, number>();
        const dead = new Set<number>();
        for (const [op, who, group] of steps) {
          const key = `${group} ${pids[who]}`;
          const joins = model.get(key) ?? 0;
          const pid = pids[who] as Pid;
          if (op === 'end') {
            system.terminate(pid);
            system.flush();
            dead.add(who);
            for (const g of ['g', 'h']) model.delete(`${g} ${pid}`);
          } else if (op === 'join' && !dead.has(who)) {
            system.groups.join(group, pid);
            model.set(key, joins + 1);
          } else if (op === 'leave' && joins > 0) {
            system.groups.leave(group, pid);
            model.set(key, joins - 1);
          } else expect(() => system.groups[op](group, pid)).toThrow(refused('NotFound'));
        }
        const count = ['g', 'h'].flatMap((group) =>
          pids.map((pid) => membersOf(system, group).filter((each) => each === pid).length),
        );

        expect(count).toEqual(
          ['g', 'h'].flatMap((group) => pids.map((pid) => model.get(`${group} ${pid}`) ?? 0)),
        );
      }),
      { numRuns: runs },
    );
  });
});
