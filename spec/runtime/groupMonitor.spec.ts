import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ignoreElements, NEVER, type Observable, take, tap } from 'rxjs';
import type { GroupEvent, Pid, Self } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { collect, idle, tables } from '../support/runtime.js';

/** An event in brief: its kind, its group and its PIDs by their last digit. */
const show = ({ kind, path, data }: GroupEvent): string =>
  `${kind} ${path} ${data.PIDs.map((pid) => pid.at(-2)).join('')}`.trim();

const told = (source: Observable<GroupEvent>): string[] => collect(source, show);

/** A system in which the processes 1 to 3 live. */
function three(): [ReturnType<typeof testSystem>, Pid, Pid, Pid] {
  const system = testSystem();
  return [system, system.spawn(idle), system.spawn(idle), system.spawn(idle)];
}

describe('groups.monitor', () => {
  it('tells who is there, then every change, and nothing of other groups or scopes (G5)', () => {
    const [system, a, b, c] = three();
    const { groups } = system;
    groups.join('g', [a, b, a]);
    const log = told(groups.monitor('g'));
    groups.join('g', c);
    groups.join('h', c);
    groups.scope('other').join('g', c);
    groups.leave('g', [a, c, c]);
    system.flush();

    expect(log).toEqual(['members g 112', 'member.joined g 3', 'member.left g 13']);
  });

  it('has events of this shape, frozen (G5)', () => {
    const [system, a] = three();
    const events = collect(system.groups.monitor('g'));
    system.groups.join('g', a);
    system.flush();

    expect(events).toEqual([
      { system: 'pg', kind: 'members', path: 'g', data: { Group: 'g', PIDs: [] } },
      { system: 'pg', kind: 'member.joined', path: 'g', data: { Group: 'g', PIDs: [a] } },
    ]);
    const deep = events.flatMap((event) => [event, event.data, event.data.PIDs]);
    expect(deep.every((each) => Object.isFrozen(each))).toBe(true);
  });

  it('delivers in later turns, never inside subscribe, join or leave (M4)', () => {
    const [system, a] = three();
    const log: string[] = [];
    system.groups.monitor('g').subscribe((event) => log.push(show(event)));
    system.groups.join('g', a);
    system.groups.leave('g', a);
    log.push('returned');
    system.flush();

    expect(log).toEqual(['returned', 'members g', 'member.joined g 1', 'member.left g 1']);
  });

  it('is cold: each subscription has its own beginning (G5)', () => {
    const [system, a, b] = three();
    const monitor = system.groups.monitor('g');
    const first = told(monitor);
    system.groups.join('g', a);
    const second = told(monitor);
    system.groups.join('g', b);
    system.flush();

    expect([first, second]).toEqual([
      ['members g', 'member.joined g 1', 'member.joined g 2'],
      ['members g 1', 'member.joined g 2'],
    ]);
  });

  it('drops what is queued once unsubscribed, and leaves nothing behind (G5)', () => {
    const [system, a] = three();
    const log: string[] = [];
    const watch = system.groups.monitor('g').subscribe((event) => log.push(show(event)));
    const other = told(system.groups.monitor('g').pipe(take(2)));
    system.groups.join('g', a);
    watch.unsubscribe();
    system.flush();
    system.groups.leave('g', a);
    system.flush();

    expect([log, other, tables(system).scopes]).toEqual([
      [],
      ['members g', 'member.joined g 1'],
      0,
    ]);
  });

  it('of a group that nobody is in leaves none behind, either (G1, G5)', () => {
    const system = testSystem();
    const watch = system.groups.monitor('g').subscribe();
    expect(tables(system).scopes).toBe(1);
    watch.unsubscribe();

    expect(tables(system).scopes).toBe(0);
  });

  it('tells of an exit once for each group, the PID once for each join (G3)', () => {
    const [system, a, b] = three();
    const { groups } = system;
    groups.join('g', [a, b, a]);
    groups.join('h', a);
    const log = told(groups.events());
    const order: string[] = [];
    groups.monitor('h').subscribe((event) => order.push(event.kind));
    system.monitor(a).subscribe(() => order.push('EXIT'));
    system.terminate(a);
    system.flush();

    expect(log).toEqual(['members g 112', 'members h 1', 'member.left g 11', 'member.left h 1']);
    expect(order).toEqual(['members', 'member.left', 'EXIT']);
  });

  it('tells nothing of an exit from a group that was left before (G3)', () => {
    const [system, a, b] = three();
    system.groups.join('g', [a, b]);
    system.groups.leave('g', a);
    const log = told(system.groups.monitor('g'));
    system.terminate(a);
    system.flush();

    expect(log).toEqual(['members g 2']);
  });

  it('tells of a join in the handler of an EXIT after the leave (G3, G5)', () => {
    const [system, a, b] = three();
    system.groups.join('g', a);
    const log = told(system.groups.monitor('g'));
    system.monitor(a).subscribe(() => system.groups.join('g', b));
    system.terminate(a);
    system.flush();

    expect(log).toEqual(['members g 1', 'member.left g 1', 'member.joined g 2']);
  });

  it('lets a watcher change the group it is told of (M4)', () => {
    const [system, a, b] = three();
    const log: string[] = [];
    system.groups.monitor('g').subscribe((event) => {
      log.push(show(event));
      if (event.kind === 'member.joined' && event.data.PIDs.includes(a)) {
        system.groups.join('g', b);
        system.groups.leave('g', a);
        log.push('changed');
      }
    });
    system.groups.join('g', a);
    system.flush();

    expect(log).toEqual([
      'members g',
      'member.joined g 1',
      'changed',
      'member.joined g 2',
      'member.left g 1',
    ]);
  });
});

describe('groups.events', () => {
  it('tells the members of each group that is there, then every change of the scope (G5)', () => {
    const [system, a, b] = three();
    const { groups } = system;
    groups.join('g', a);
    groups.monitor('watched, but nobody in it').subscribe();
    groups.join('h', [a, b]);
    const log = told(groups.events());
    const other = told(groups.scope('other').events());
    groups.join('i', b);
    groups.leave('g', a);
    system.flush();

    expect([log, other]).toEqual([
      ['members g 1', 'members h 12', 'member.joined i 2', 'member.left g 1'],
      [],
    ]);
  });

  it('leaves nothing behind once unsubscribed (G1)', () => {
    const [system] = three();
    const watches = [system.groups.events(), system.groups.events()].map((e) => e.subscribe());
    expect(tables(system).scopes).toBe(1);
    for (const watch of watches) watch.unsubscribe();

    expect(tables(system).scopes).toBe(0);
  });
});

describe('what a watcher knows', () => {
  type Step = readonly ['join' | 'leave' | 'end' | 'watch' | 'turn', number];
  const step = fc.tuple(
    fc.constantFrom('join', 'join', 'leave', 'end', 'watch', 'turn'),
    fc.nat(2),
  ) as fc.Arbitrary<Step>;

  it('is the membership, whenever it began: nothing lost, nothing doubled (G5)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [system, ...pids] = three();
        const views: Pid[][] = [];
        const watch = (): void => {
          const view: Pid[] = [];
          views.push(view);
          system.groups.monitor('g').subscribe(({ kind, data: { PIDs } }) => {
            if (kind === 'member.left') {
              for (const pid of PIDs) view.splice(view.indexOf(pid), 1);
            } else view.push(...PIDs);
          });
        };
        for (const [op, who] of steps) {
          const pid = pids[who] as Pid;
          try {
            if (op === 'watch') watch();
            else if (op === 'turn') system.flush();
            else if (op === 'end') system.terminate(pid);
            else system.groups[op]('g', pid);
          } catch (error) {
            expect(error).toMatchObject({ code: 'NotFound' });
          }
        }
        system.flush();

        const members = [...system.groups.members('g')].sort();
        for (const view of views) expect(view.sort()).toEqual(members);
      }),
    );
  });
});

describe('self.monitorGroup', () => {
  it('completes with the process that subscribed it, and leaves nothing behind (E3)', () => {
    const [system, a] = three();
    const log: string[] = [];
    const pid = system.spawn((_inbox, self: Self) => {
      self.monitorGroup('g').subscribe({
        next: (event) => log.push(show(event)),
        complete: () => log.push('complete'),
      });
      return NEVER;
    });
    system.flush();
    system.terminate(pid);
    system.flush();
    system.groups.join('g', a);
    system.groups.leave('g', a);
    system.flush();

    expect([log, tables(system).scopes]).toEqual([['members g', 'complete'], 0]);
  });

  it('may be part of what the behaviour returns, in any scope (G1, G5)', () => {
    const [system, a] = three();
    const log: string[] = [];
    const pid = system.spawn((_inbox, self: Self) =>
      self.monitorGroup('g', { scope: 'other' }).pipe(
        tap((event) => log.push(show(event))),
        ignoreElements(),
      ),
    );
    system.flush();
    system.groups.scope('other').join('g', a);
    system.flush();
    system.terminate(pid);
    system.terminate(a);
    system.flush();

    expect([log, tables(system).scopes]).toEqual([['members g', 'member.joined g 1'], 0]);
  });

  it('ends its process with what its subscriber throws, and no other (S8)', () => {
    const [system, a] = three();
    const other = told(system.groups.monitor('g'));
    const pid = system.spawn((_inbox, self: Self) => {
      self.monitorGroup('g').subscribe(({ kind }) => {
        if (kind === 'member.joined') throw new Error('boom');
      });
      return NEVER;
    });
    const exits = collect(system.monitor(pid), ({ result }) => result.error);
    system.flush();
    system.groups.join('g', a);
    system.flush();

    expect([exits, other]).toEqual([[new Error('boom')], ['members g', 'member.joined g 1']]);
  });

  it('goes on for a group of which the last member has left, and a scope that is empty (G1, G5)', () => {
    const [system, a] = three();
    const log = told(system.groups.monitor('g'));
    const all = told(system.groups.events());
    for (let round = 0; round < 2; round++) {
      system.groups.join('g', a);
      system.groups.leave('g', a);
    }
    system.flush();

    const changes = ['member.joined g 1', 'member.left g 1'];
    expect([log, all]).toEqual([
      ['members g', ...changes, ...changes],
      [...changes, ...changes],
    ]);
  });

  it('leaves nothing with its process, either, once unsubscribed (G5)', () => {
    const system = testSystem();
    const pid = system.spawn((_inbox, self) => {
      self.monitorGroup('g').subscribe().unsubscribe();
      return NEVER;
    });
    system.flush();

    expect([system[kernelOf].processes.get(pid)?.watching, tables(system).scopes]).toEqual([[], 0]);
  });

  it('is over at once in a process that has ended (E3)', () => {
    const [system] = three();
    let self: Self | undefined;
    system.terminate(
      system.spawn((_inbox, me) => {
        self = me;
        return NEVER;
      }),
    );
    system.flush();
    const log: string[] = [];
    self?.monitorGroup('g').subscribe({ complete: () => log.push('complete') });

    expect([log, tables(system).scopes]).toEqual([['complete'], 0]);
  });
});
