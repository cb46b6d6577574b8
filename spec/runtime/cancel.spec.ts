import { describe, expect, it } from '@jest/globals';
import { ignoreElements, merge, NEVER, Subject, Subscription, switchMap, tap } from 'rxjs';
import type { ProcessSignal, SystemEvent } from '../../lib/index.js';
import {
  Clock,
  collect,
  exitOf,
  idle,
  leaver,
  quiet as onOneNode,
  puppet,
  settled,
  tables,
} from '../support/runtime.js';
import { lives, WORLDS } from '../support/worlds.js';

describe.each(WORLDS)('cancel, $world', ({ quiet, either }) => {
  it('brings CANCEL in the events stream, and never ends the process by itself (C1)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const { pid, self, log } = await puppet(system);
    const signals = collect(self.signals$);
    scheduler.advance(40);

    expect([system.cancel(pid), system.cancel(pid, { reason: 'why' })]).toEqual([true, true]);
    await settled(system);
    scheduler.advance(1e6);
    await settled(system);
    expect(signals).toEqual([
      { kind: 'pid.cancel', from: undefined, at: 40 },
      { kind: 'pid.cancel', from: undefined, at: 40, reason: 'why' },
    ]);
    expect([log, lives(system, pid)]).toEqual([[], true]);
  });

  it('does nothing to a process that ignores it (C1)', async () => {
    const system = quiet();
    const pid = system.spawn(idle);
    system.cancel(pid);

    await settled(system);
    expect(lives(system, pid)).toBe(true);
  });

  it.each<{ what: string; deadline: number | string; millis: number }>([
    { what: 'milliseconds', deadline: 50, millis: 50 },
    { what: 'a duration', deadline: '1.5s', millis: 1_500 },
  ])(
    'with a deadline in $what terminates who is still alive then (C1)',
    async ({ deadline, millis }) => {
      const scheduler = new Clock();
      const system = quiet({ scheduler });
      const { pid, self } = await puppet(system);
      const signals = collect<ProcessSignal>(self.signals$);
      const exits = exitOf(system, pid);
      scheduler.advance(10);
      system.cancel(pid, { deadline });
      await settled(system);
      scheduler.advance(millis - 1);
      await settled(system);
      expect([signals, exits]).toEqual([
        [{ kind: 'pid.cancel', from: undefined, at: 10, deadline: 10 + millis }],
        [],
      ]);

      scheduler.advance(1);
      await settled(system);
      expect(exits).toEqual(['killed']);
    },
  );

  it('with a deadline leaves a process that ends in time its own reason, and no timer behind (C1)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const { pid, self } = await puppet(system);
    self.signals$.subscribe(() => self.exit('normal'));
    const exits = exitOf(system, pid);
    system.cancel(pid, { deadline: 50 });

    await settled(system);
    expect([exits, scheduler.actions]).toEqual([
      ['normal'],
      either('ticks', [], expect.anything()),
    ]);
  });

  it('with a deadline of 0 terminates after the CANCEL (C1)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const { pid, self } = await puppet(system);
    const signals = collect(self.signals$, ({ kind }) => kind);
    const exits = collect(system.monitor(pid), ({ reason }) => reason.type);
    system.cancel(pid, { deadline: 0 });

    await settled(system);
    scheduler.advance(0);
    await settled(system);
    expect([signals, exits]).toEqual([['pid.cancel'], ['killed']]);
  });

  it.each([-1, 'soon', '5', Number.NaN, {}])('refuses the deadline %p (C1)', async (deadline) => {
    const system = quiet();
    const { pid } = await puppet(system);

    expect(() => system.cancel(pid, { deadline: deadline as number })).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringContaining('deadline') }),
    );
  });

  it('right after the spawn is retained until the process subscribes (C2)', async () => {
    const system = quiet();
    const log: string[] = [];
    const go = new Subject<void>();
    const pids = [
      system.spawn((_inbox, self) =>
        self.signals$.pipe(
          tap(({ kind }) => log.push(`early ${kind}`)),
          ignoreElements(),
        ),
      ),
      system.spawn((_inbox, self) =>
        go.pipe(
          switchMap(() => self.signals$),
          tap(({ kind }) => log.push(`late ${kind}`)),
          ignoreElements(),
        ),
      ),
    ];
    for (const pid of pids) system.cancel(pid);
    await settled(system);
    expect(log).toEqual(['early pid.cancel']);

    go.next();
    await settled(system);
    expect(log).toEqual(['early pid.cancel', 'late pid.cancel']);
  });

  it('is seen by every subscription of signals$, in the turn of the first (C2, M7)', async () => {
    const system = quiet();
    const log: string[] = [];
    const pid = system.spawn((_inbox, self) =>
      merge(
        self.signals$.pipe(tap(() => log.push('a'))),
        self.signals$.pipe(tap(() => log.push('b'))),
      ).pipe(ignoreElements()),
    );
    system.cancel(pid);

    await settled(system);
    expect(log).toEqual(['a', 'b']);
  });

  it('is false for a dead target (C4)', () => {
    expect(quiet().cancel('{main|0xdead}')).toBe(false);
  });
});

describe.each(WORLDS)('signals that nobody reads, $world', ({ quiet }) => {
  it('are all kept, and a warning event tells of 1,000 that wait (M11, C2)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const warnings: unknown[] = [];
    system.events$.subscribe((e) => e.type === 'warning' && warnings.push([e.code, e.pid]));
    for (let i = 0; i < 999; i++) system.cancel(pid);
    await settled(system);
    expect(warnings).toEqual([]);
    for (let i = 0; i < 1_001; i++) system.cancel(pid);
    await settled(system);
    expect(warnings).toEqual([['unread_signals', pid]]);

    const kinds = collect(self.signals$, ({ kind }) => kind);
    await settled(system);
    expect(kinds).toHaveLength(2_000);
  });
});

describe.each(WORLDS)('terminate, $world', ({ quiet, either }) => {
  it('ends with killed, whatever the process traps or does (C3)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    self.setOptions({ trapLinks: true });
    const signals = collect(self.signals$);
    const exits = exitOf(system, pid);

    expect(system.terminate(pid)).toBe(true);
    await settled(system);
    expect([signals, exits]).toEqual([[], ['killed']]);
  });

  it('discards what the mailbox holds, and says how much (C3, §0)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn(leaver);
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);
    await settled(system);
    system.events$.subscribe(
      (e: SystemEvent) => e.type === 'drop' && log.push([e.pid, e.reason, e.count]),
    );
    system.terminate(pid);

    await settled(system);
    expect([log, tables(system).processes]).toEqual([[[pid, 'terminated', 3]], 0]);
  });

  it('comes after the first turn of a process that was spawned before it (C3, M3)', async () => {
    const system = quiet();
    const log: string[] = [];
    const { self } = await puppet(system);
    const { pid, exit$ } = self.spawnMonitored(() => {
      log.push('called');
      return NEVER;
    });
    exit$.subscribe(({ reason }) => log.push(reason.type));
    system.terminate(pid);

    await settled(system);
    expect(log).toEqual(['called', 'killed']);
  });

  it('may be asked for by name, twice; the second is for nobody (C3, C4)', async () => {
    const system = quiet();
    const { pid } = await puppet(system, { name: 'victim' });
    const exits = exitOf(system, pid);

    const to = either('names', 'victim', pid);
    expect([system.terminate(to), system.terminate(to)]).toEqual([true, true]);
    await settled(system);
    expect([exits, system.terminate('victim'), system.terminate(pid)]).toEqual([
      ['killed'],
      false,
      either('far', false, true),
    ]);
  });
});

describe('a deadline', () => {
  it('is not taken for one that has passed, where it is beyond what Node can time (C1, H7)', async () => {
    const delays: (number | undefined)[] = [];
    const scheduler = {
      now: () => 0,
      schedule: (_work: unknown, delay?: number) => {
        delays.push(delay);
        return new Subscription();
      },
    };
    const system = onOneNode({ scheduler: scheduler as never });
    const pid = system.spawn(() => NEVER);
    system.cancel(pid, { deadline: '600h' });
    await settled(system);

    expect(delays).toEqual([2 ** 31 - 1]);
  });
});
