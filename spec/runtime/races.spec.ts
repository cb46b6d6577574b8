import { describe, expect, it } from '@jest/globals';
import { finalize, ignoreElements, map, NEVER, tap } from 'rxjs';
import { type Behavior, done, type Pid, reply, type Self, upgrade } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { brief, exitOf, type Puppet, reads } from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

/** A puppet that has had its first turn. */
function puppet(system: TestSystem, name?: string): Puppet {
  const log: unknown[] = [];
  let self!: Self;
  const behavior: Behavior = (inbox, me) => {
    self = me;
    return reads(log)(inbox);
  };
  const pid = system.spawn(behavior, name === undefined ? {} : { name });
  system.flush();
  return { pid, self, log };
}

const boom = new Error('boom');

/** Calls that wait, and timers. */
const outstanding = (system: TestSystem): [number, unknown[]] => [
  system[kernelOf].calls.size,
  (system.scheduler as unknown as { actions: unknown[] }).actions,
];

/** The code of a refusal, if it is one. */
function refusal(run: () => void): string[] {
  try {
    run();
    return [];
  } catch (error) {
    return [(error as { code: string }).code];
  }
}

describe('a name', () => {
  it('goes to the first of those who register it when they hear of an EXIT (N5, R1, R4)', () => {
    const system = testSystem();
    const owner = puppet(system, 'job');
    const log: string[] = [];
    for (const who of ['a', 'b']) {
      const { self } = puppet(system);
      self.monitor(owner.pid).subscribe(() => {
        const [code = 'has it'] = refusal(() => self.register('job'));
        log.push(`${who} ${code}`);
      });
    }
    owner.self.exit(boom);
    system.flush();

    expect(log).toEqual(['a has it', 'b AlreadyExists']);
  });

  it('is free in the handler of a LINK_DOWN, too (N5, K6)', () => {
    const system = testSystem();
    const owner = puppet(system, 'job');
    const { self, pid } = puppet(system);
    self.setOptions({ trapLinks: true });
    self.signals$.subscribe(() => self.register('job'));
    self.link(owner.pid);
    system.flush();
    owner.self.exit(boom);
    system.flush();

    expect(system.names.lookup('job')).toBe(pid);
  });
});

describe.each(WORLDS)('a monitor, $world', ({ still, either }) => {
  it('that is given back in the handler of another EXIT of the same end says nothing (N3, N4)', () => {
    const system = still();
    const target = puppet(system);
    const { self } = puppet(system);
    const log: string[] = [];
    self.monitor(target.pid).subscribe(() => {
      log.push('first');
      second.unsubscribe();
    });
    const second = self.monitor(target.pid).subscribe(() => log.push('second'));
    target.self.exit(boom);
    system.flush();

    expect(log).toEqual(['first']);
  });

  it.each<{ when: string; order: ('watch' | 'end')[]; reason: string }>([
    { when: 'before', order: ['watch', 'end'], reason: 'error boom' },
    { when: 'after', order: ['end', 'watch'], reason: 'noproc' },
  ])(
    'of a process in its last turn, $when its end, is told of it once (N2, N6)',
    ({ order, reason }) => {
      const system = still();
      const target = puppet(system);
      const { self } = puppet(system);
      const exits: string[] = [];
      for (const act of order) {
        if (act === 'end') target.self.exit(boom);
        else self.monitor(target.pid).subscribe((exit) => exits.push(brief(exit.reason)));
      }
      system.flush();

      expect(exits).toEqual([order[0] === 'watch' ? either('watch', reason, 'noproc') : reason]);
    },
  );

  it('of a process that is being torn down is one of the dead (N2, N5)', () => {
    const system = still();
    const { self } = puppet(system);
    const exits: string[] = [];
    const target: Pid = system.spawn(() =>
      NEVER.pipe(
        finalize(() => {
          self.monitor(target).subscribe((exit) => exits.push(brief(exit.reason)));
        }),
      ),
    );
    system.flush();
    system.terminate(target);
    system.flush();

    expect(exits).toEqual(['noproc']);
  });
});

describe.each(WORLDS)('a link, $world', ({ still, either }) => {
  it.each<{
    when: string;
    who: string;
    order: ('link' | 'crash')[];
    crashes: 'a' | 'b';
    expected: object;
  }>([
    {
      when: 'then',
      who: 'the caller',
      order: ['link', 'crash'],
      crashes: 'a',
      expected: { log: [], a: ['error boom'], b: ['error boom'] },
    },
    {
      when: 'then',
      who: 'the other',
      order: ['link', 'crash'],
      crashes: 'b',
      expected: { log: [], a: ['noproc'], b: ['error boom'] },
    },
    {
      when: 'after',
      who: 'the caller',
      order: ['crash', 'link'],
      crashes: 'a',
      expected: { log: ['Unavailable'], a: ['error boom'], b: [] },
    },
    {
      when: 'after',
      who: 'the other',
      order: ['crash', 'link'],
      crashes: 'b',
      expected: { log: ['NotFound'], a: [], b: ['error boom'] },
    },
  ])('$when a crash of $who in the same turn (K2, K5, E3)', ({ order, crashes, expected }) => {
    const system = still();
    const pair = { a: puppet(system), b: puppet(system) };
    const log: string[] = [];
    const ends = { a: exitOf(system, pair.a.pid), b: exitOf(system, pair.b.pid) };
    for (const act of order) {
      if (act === 'crash') pair[crashes].self.exit(boom);
      else log.push(...refusal(() => pair.a.self.link(pair.b.pid)));
    }
    system.flush();

    const isLate = order[0] === 'crash' && crashes === 'b';
    const far = { log: [], a: ['noproc'], b: ['error boom'] };
    expect({ log, ...ends }).toEqual(isLate ? either('later', expected, far) : expected);
  });
});

describe.each(WORLDS)('a call, $world', ({ still, either }) => {
  /** Answers with its version, and upgrades after the first question if it is told to. */
  const versions = (system: TestSystem): Pid => {
    const make =
      (version: number): Behavior =>
      (inbox) =>
        inbox.pipe(
          map((message) => {
            if (message.topic === 'upgrade') return upgrade();
            if (message.topic === 'take') return undefined;
            return reply(message, version);
          }),
        );
    system.define('asked', make(1));
    const pid = system.spawn('asked');
    system.flush();
    system.define('asked', make(2));
    return pid;
  };

  const outcome = (system: TestSystem, to: Pid, topic = 'ask'): unknown[] => {
    const log: unknown[] = [];
    system.call(to, topic, 0, { timeout: '1s' }).subscribe({
      next: (answer) => log.push(answer),
      error: ({ code }) => log.push(code),
    });
    return log;
  };

  it('is answered by the body that reads it, when its target upgrades in the same turn (U2, M13)', () => {
    const system = still();
    const pid = versions(system);
    const before = outcome(system, pid);
    system.send(pid, 'upgrade');
    const after = outcome(system, pid);
    system.flush();

    expect([before, after, system[kernelOf].calls.size]).toEqual([[1], [2], 0]);
  });

  it('that the old body has taken ends in Timeout: the message was its own (U3, M13)', () => {
    const system = still();
    const pid = versions(system);
    const log = outcome(system, pid, 'take');
    system.send(pid, 'upgrade');
    system.flush();
    expect(log).toEqual([]);
    system.advance('1s');

    expect(log).toEqual(['Timeout']);
  });

  it.each<{ how: string; end: (system: TestSystem, pid: Pid) => unknown }>([
    { how: 'is killed', end: (system, pid) => system.terminate(pid) },
    { how: 'crashes', end: (system, pid) => system.exit(pid, boom) },
  ])('is answered, and has one outcome, when its target $how behind it (M3, M13)', ({ end }) => {
    const system = still();
    const pid = versions(system);
    const answered = outcome(system, pid);
    const held = outcome(system, pid, 'take');
    end(system, pid);
    const late = outcome(system, pid);
    system.advance('1s');

    expect([answered, held, late]).toEqual([[1], ['Unavailable'], ['Unavailable']]);
    expect(outstanding(system)).toEqual([0, either('ticks', [], expect.any(Array))]);
  });
});

describe('the deadline of a cancel', () => {
  const DEADLINE = 10;

  it.each<{
    which: string;
    act: (system: TestSystem, pid: Pid, end: () => void) => void;
    reason: string;
  }>([
    {
      which: 'comes after the own end',
      act: (system, pid, end) => {
        system.scheduler.schedule(end, DEADLINE);
        system.cancel(pid, { deadline: DEADLINE });
      },
      reason: 'normal',
    },
    {
      which: 'comes before a message that ends it',
      act: (system, pid) => {
        system.cancel(pid, { deadline: DEADLINE });
        system.flush();
        system.scheduler.schedule(() => system.send(pid, 'end'), DEADLINE);
      },
      reason: 'killed',
    },
    {
      which: 'comes after a message that ends it',
      act: (system, pid) => {
        system.scheduler.schedule(() => system.send(pid, 'end'), DEADLINE);
        system.cancel(pid, { deadline: DEADLINE });
      },
      reason: 'normal',
    },
  ])(
    'that $which, in the same turn, is one EXIT, and leaves no timer (C1, E3)',
    ({ act, reason }) => {
      const system = testSystem();
      let self!: Self;
      const pid = system.spawn((inbox, me) => {
        self = me;
        return inbox.pipe(map(() => done()));
      });
      system.flush();
      const exits = exitOf(system, pid);
      act(system, pid, () => self.exit('normal'));
      system.advance(2 * DEADLINE);

      expect([exits, outstanding(system)]).toEqual([[reason], [0, []]]);
    },
  );
});

describe('a broadcast', () => {
  it('that is on its way to a member which exits is read by the others only (G4, E3)', () => {
    const system = testSystem();
    const [a, b, c] = [puppet(system), puppet(system), puppet(system)];
    system.groups.join('g', [a.pid, b.pid, c.pid]);

    expect(system.groups.broadcast('g', 'price', 7)).toBe(3);
    b.self.exit(boom);
    system.flush();
    expect([a.log, b.log, c.log]).toEqual([['price 7'], [], ['price 7']]);
  });

  it('goes to none that joins, and to all that leave, in the handler of the first (G4)', () => {
    const system = testSystem();
    const log: string[] = [];
    const place = (name: string, react: (pid: Pid) => void): Pid =>
      system.spawn((inbox, self) =>
        inbox.pipe(
          tap(() => {
            log.push(name);
            react(self.pid);
          }),
          ignoreElements(),
        ),
      );
    const late = place('late', () => {});
    const first = place('first', (pid) => {
      system.groups.leave('g', [pid, second]);
      system.groups.join('g', late);
    });
    const second = place('second', () => {});
    system.groups.join('g', [first, second]);
    for (let round = 0; round < 2; round++) {
      system.groups.broadcast('g', 'price', 7);
      system.flush();
    }

    expect(log).toEqual(['first', 'second', 'late']);
  });
});
