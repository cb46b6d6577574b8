import { describe, expect, it } from '@jest/globals';
import { map, of } from 'rxjs';
import {
  type Behavior,
  broadcast,
  type Message,
  type Pid,
  type SystemEvent,
  topic,
} from '../../lib/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { collect, crossed, idle, reads, refused } from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

const price = topic<number>('price');

describe.each(WORLDS)('groups.broadcast, $world', ({ still, either }) => {
  it('sends once to each process, however often it joined, and counts them (G4)', () => {
    const system = still();
    const log: Message[] = [];
    const pids = [1, 2, 3].map(() => system.spawn(reads(log, (message) => message)));
    const [a, b, c] = pids as [Pid, Pid, Pid];
    system.groups.join('g', [a, c, a, a]);
    system.groups.join('g', [b, b]);
    crossed(system);

    expect(system.groups.broadcast('g', price, 7)).toBe(3);
    expect(system.groups.broadcast('none', price, 7)).toBe(0);
    expect(system.groups.scope('other').broadcast('g', price, 7)).toBe(0);
    system.flush();
    expect(log).toEqual(pids.map(() => ({ topic: 'price', payload: 7, from: undefined })));
    expect(log[0]).toBe(log[1]);
    expect(log[0] === log[2]).toBe(either('copies', true, false));
  });
});

describe('groups.broadcast', () => {
  it('delivers in later turns, never inside the call (M4)', () => {
    const system = testSystem();
    const log: unknown[] = [];
    system.groups.join('g', system.spawn(reads(log)));
    system.flush();
    system.groups.broadcast('g', price, 7);
    log.push('sent');
    system.flush();

    expect(log).toEqual(['sent', 'price 7']);
  });

  it.each(['', '@price', 7])('refuses the topic %j, also to nobody: Invalid (M2)', (bad) => {
    const system = testSystem();
    const log: unknown[] = [];
    system.groups.join('g', system.spawn(reads(log)));

    for (const group of ['g', 'none']) {
      expect(() => system.groups.broadcast(group, bad as string)).toThrow(refused('Invalid'));
    }
    system.flush();
    expect(log).toEqual([]);
  });

  it('goes to those who were members at the call, whoever joins or leaves before the delivery (G4)', () => {
    const system = testSystem();
    const log: unknown[] = [];
    const [a, b, c] = ['a', 'b', 'c'].map((who) => system.spawn(reads(log, () => who))) as Pid[];
    system.groups.join('g', [a as Pid, b as Pid]);
    system.groups.broadcast('g', price, 7);
    system.groups.leave('g', a as Pid);
    system.groups.join('g', c as Pid);
    system.flush();

    expect(log).toEqual(['a', 'b']);
  });

  it('goes to those who were members at the call, though the first to get it ends the next (G4)', () => {
    const system = testSystem();
    const log: unknown[] = [];
    const killer: Behavior = (inbox) =>
      inbox.pipe(
        map(() => {
          log.push('first');
          system.terminate(second);
          system.groups.leave('g', third);
          system.groups.join('g', fourth);
        }),
      );
    const first = system.spawn(killer);
    const [second, third, fourth] = ['second', 'third', 'fourth'].map((who) =>
      system.spawn(reads(log, () => who)),
    ) as [Pid, Pid, Pid];
    system.groups.join('g', [first, second, third]);

    expect(system.groups.broadcast('g', price, 7)).toBe(3);
    system.flush();
    // The signal to the second one comes behind the message that was on its way to it (M3).
    expect([log, system.groups.members('g')]).toEqual([
      ['first', 'second', 'third'],
      [first, fourth],
    ]);
  });

  it('does not reach a member that has ended before', () => {
    const system = testSystem();
    const [a, b] = [system.spawn(idle), system.spawn(idle)];
    system.groups.join('g', [a, b]);
    system.terminate(a);
    system.flush();

    expect(system.groups.broadcast('g', price, 7)).toBe(1);
  });

  it.each([
    { overflow: 'reject', taken: 1, read: [1], event: 'drop overflow 1' },
    { overflow: 'dropOldest', taken: 2, read: [2], event: 'drop overflow 1' },
    { overflow: 'exit', taken: 1, read: [1], event: 'drop overflow 1' },
  ] as const)(
    'counts whose mailbox took it, one of them full under $overflow (G4, M11)',
    ({ overflow, taken, read, event }) => {
      const system = testSystem({ mailbox: { capacity: 1, overflow } });
      const log: unknown[] = [];
      const events: string[] = [];
      const full = system.spawn(reads(log, (m) => m.payload));
      system.groups.join('g', [full, system.spawn(idle)]);
      system.send(full, price, 1);
      system.events$.subscribe((each: SystemEvent) => {
        if (each.type !== 'drop' || each.pid !== full) return;
        events.push(`drop ${each.reason} ${each.count}`);
        // In a batch's end, so that joining here is no change in the middle of a pass.
        system.groups.join('g', system.spawn(idle));
      });

      expect(system.groups.broadcast('g', price, 2)).toBe(taken);
      system.flush();
      expect([log, events[0]]).toEqual([read, event]);
    },
  );

  it.each([
    { what: 'a PID', except: (a: Pid) => a, log: ['b', 'c'] },
    { what: 'several', except: (a: Pid, b: Pid) => [b, a, b], log: ['c'] },
    { what: 'nobody', except: () => [], log: ['a', 'b', 'c'] },
    { what: 'who is no member, or dead', except: () => '{main|0xdead}', log: ['a', 'b', 'c'] },
    { what: 'a name', except: () => 'c', log: ['a', 'b'] },
  ])('leaves out $what (G4)', ({ except, log }) => {
    const system = testSystem();
    const seen: unknown[] = [];
    const [a, b, c] = ['a', 'b', 'c'].map((name) =>
      system.spawn(
        reads(seen, () => name),
        { name },
      ),
    ) as [Pid, Pid, Pid];
    system.groups.join('g', [a, b, c, a]);

    expect(system.groups.broadcast('g', price, 7, { except: except(a, b) })).toBe(log.length);
    system.flush();
    expect(seen).toEqual(log);
  });

  it.each([7, [7], {}])('refuses to leave out %j: Invalid (G4)', (except) => {
    const system = testSystem();
    const log: unknown[] = [];
    system.groups.join('g', system.spawn(reads(log)));

    const bad = { except: except as never };
    expect(() => system.groups.broadcast('g', price, 7, bad)).toThrow(refused('Invalid'));
    system.flush();
    expect(log).toEqual([]);
  });

  it('reaches 10,000 members, each once (G4)', () => {
    const system = testSystem();
    let got = 0;
    const counts: Behavior = (inbox) => inbox.pipe(map(() => void got++));
    const pids = Array.from({ length: 10_000 }, () => system.spawn(counts));
    system.groups.join('g', [...pids, ...pids]);

    expect(system.groups.broadcast('g', price, 7)).toBe(10_000);
    system.flush();
    expect(got).toBe(10_000);
  });
});

describe.each(WORLDS)('broadcast, the command, $world', ({ still, either }) => {
  it('reaches all members, the sender included, and says who sent it (G4)', () => {
    const system = still();
    const log: unknown[] = [];
    const member: Behavior = (inbox, self) => {
      self.join('g', { scope: 'market' });
      return inbox.pipe(
        map(({ topic, payload, from }) => {
          log.push([topic, payload, from]);
          if (topic === 'go') return broadcast('g', price, 7, { scope: 'market' });
        }),
      );
    };
    const sender = system.spawn(member);
    system.spawn(member);
    crossed(system);
    system.send(sender, 'go', 0);
    system.flush();

    expect(log).toEqual([
      ['go', 0, undefined],
      ['price', 7, sender],
      ['price', 7, sender],
    ]);
  });

  it('reaches all members but the sender, who leaves itself out (G4)', () => {
    const system = still();
    const log: unknown[] = [];
    const member: Behavior = (inbox, self) => {
      self.join('g');
      return inbox.pipe(
        map(({ topic }) => {
          if (topic === 'go') return broadcast('g', price, 7, { except: self.pid });
          log.push(self.pid);
        }),
      );
    };
    const [sender, ...others] = [1, 2, 3].map(() => system.spawn(member)) as [Pid, Pid, Pid];
    system.flush();
    system.send(sender, 'go', 0);
    system.flush();

    // Who is where the sender is hears it first.
    expect(log).toEqual(either('raced', others, others.toReversed()));
  });

  it('keeps the order of what its process sends (M3)', () => {
    const system = still();
    const log: unknown[] = [];
    const reader = system.spawn(reads(log));
    system.groups.join('g', reader);
    crossed(system);
    system.spawn((_inbox, self) => {
      self.send(reader, price, 1);
      return of(broadcast('g', price, 2));
    });
    system.flush();

    expect(log).toEqual(['price 1', 'price 2']);
  });

  it.each([
    { what: 'a group without a name', command: broadcast('', price, 7) },
    { what: 'a reserved topic', command: broadcast('g', '@x', 7) },
    { what: 'all but a number', command: broadcast('g', price, 7, { except: 7 as never }) },
  ])('to $what is a crash: Invalid (S8)', ({ command }) => {
    const system = still();
    const exits = collect(system.events$);
    system.spawn(() => of(command));
    system.flush();

    expect(exits).toMatchObject([
      { type: 'spawned' },
      { type: 'exited', reason: { type: 'error', error: { code: 'Invalid' } } },
    ]);
  });
});
