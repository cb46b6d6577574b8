import { describe, expect, it } from '@jest/globals';
import { EMPTY, firstValueFrom, ignoreElements, map, NEVER, of, tap } from 'rxjs';
import { done, type Exit, type Self } from '../../lib/index.js';
import {
  brief,
  Clock,
  collect,
  crossed,
  idle,
  monitorsOf,
  puppet,
  settled,
} from '../support/runtime.js';
import { lives, WORLDS } from '../support/worlds.js';

const boom = new Error('boom');
const reasons = (self: Pick<Self, 'monitor'>, target: string): string[] =>
  collect(self.monitor(target), (exit) => brief(exit.reason));

describe.each(WORLDS)('monitor, $world', ({ quiet, either }) => {
  it('emits the EXIT, once, and completes (N1, N6)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const target = await puppet(system);
    const { self } = await puppet(system);
    const log: unknown[] = [];
    self
      .monitor(target.pid)
      .subscribe({ next: (e) => log.push(e), complete: () => log.push('complete') });
    scheduler.advance(250);
    target.self.exit(boom);
    expect(log).toEqual([]);

    await settled(system);
    expect(log).toEqual([
      {
        kind: 'pid.exit',
        from: target.pid,
        at: 250,
        ref: expect.any(Number),
        reason: { type: 'error', error: boom },
        result: { error: boom },
      },
      'complete',
    ]);
  });

  it('carries the value of a normal end (N1, S6)', async () => {
    const system = quiet();
    const pid = system.spawn((inbox) => inbox.pipe(map(() => done({ n: 1 }))));
    const exits = collect(system.monitor(pid));
    system.send(pid, 'end');

    await settled(system);
    expect(exits.map(({ result }) => result)).toEqual([{ value: { n: 1 } }]);
  });

  it('is one-way: the end of the watcher does nothing to the target (N1)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const watcher = await puppet(system);
    watcher.self.monitor(target.pid).subscribe();
    watcher.self.exit(boom);

    await settled(system);
    expect(lives(system, target.pid)).toBe(true);
  });

  it.each([
    { what: 'an unknown PID', target: '{main|0x99999}', reason: 'noproc' },
    { what: 'an unknown name', target: 'nobody', reason: 'noproc' },
    { what: 'a malformed PID', target: '{main', reason: 'noproc' },
    { what: 'a foreign PID', target: '{there@main|0x00001}', reason: 'noconnection' },
  ])('of $what succeeds, and delivers in a later turn (N2)', async ({ target, reason }) => {
    const system = quiet();
    const { self } = await puppet(system);
    const log = [reasons(self, target), reasons(system, target)];
    expect(log).toEqual([[], []]);

    await settled(system);
    expect(log).toEqual([[reason], [reason]]);
  });

  it('delivers noproc in a later turn when the process is already dead (N2)', async () => {
    const system = quiet();
    const dead = system.spawn(() => EMPTY);
    await settled(system);
    const { self } = await puppet(system);
    const log: string[] = [];
    self.monitor(dead).subscribe({
      next: ({ from, reason, result }) =>
        log.push(`${from === dead} ${reason.type} ${(result.error as Error).name}`),
      complete: () => log.push('complete'),
    });
    log.push('subscribed');

    await settled(system);
    expect(log).toEqual(['subscribed', 'true noproc ExitError', 'complete']);
  });

  it('is cold: each subscription is one monitor with its own ref and its own event (N2, N3)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const { self } = await puppet(system);
    const exit$ = self.monitor(target.pid);
    expect(monitorsOf(system, target.pid)).toBe(0);

    const refs: number[] = [];
    for (let i = 0; i < 3; i++) exit$.subscribe(({ ref }) => refs.push(ref));
    crossed(system);
    expect(monitorsOf(system, target.pid)).toBe(3);
    target.self.exit('normal');

    await settled(system);
    expect(new Set(refs).size).toBe(3);
  });

  it('as exit$ of a spawn is one monitor, in force from the spawn on, that replays (N2)', async () => {
    const system = quiet();
    const { self } = await puppet(system);
    const { pid, exit$ } = self.spawnMonitored(() => of(done('early')));
    await settled(system);
    const log: (string | number)[] = [];
    for (let i = 0; i < 2; i++) exit$.subscribe(({ reason, ref }) => log.push(brief(reason), ref));

    expect(log).toEqual(['normal early', expect.any(Number), 'normal early', log[1]]);
    expect(lives(system, pid)).toBe(false);
  });

  it('is given back by unsubscribing, which is idempotent (N4)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const { self } = await puppet(system);
    const exits: Exit[] = [];
    const monitor = self.monitor(target.pid).subscribe((exit) => exits.push(exit));
    monitor.unsubscribe();
    monitor.unsubscribe();
    expect(monitorsOf(system, target.pid)).toBe(0);
    target.self.exit('normal');

    await settled(system);
    expect(exits).toEqual([]);
  });

  it.each<{ what: string; end: (self: Self) => void }>([
    { what: 'of a dead process', end: () => {} },
    { what: 'of one that has just ended', end: (target) => target.exit(boom) },
  ])('drops an event $what that is queued already (N4)', async ({ end }) => {
    const system = quiet();
    const target = await puppet(system);
    const { self } = await puppet(system);
    const exits: Exit[] = [];
    const monitor = self.monitor(target.pid).subscribe((exit) => exits.push(exit));
    const other = self.monitor('{main|0xdead}').subscribe((exit) => exits.push(exit));
    end(target.self);
    monitor.unsubscribe();
    other.unsubscribe();

    await settled(system);
    expect(exits).toEqual([]);
  });

  it('leaves the other monitors of a target in force when one is given back (N3, N4)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const log: number[] = [];
    const monitors = [0, 1, 2, 3, 4].map((i) =>
      system.monitor(target.pid).subscribe(() => log.push(i)),
    );
    for (const i of [0, 4, 2]) monitors[i]?.unsubscribe();
    target.self.exit('normal');

    await settled(system);
    expect(log.sort()).toEqual([1, 3]);
  });

  it('delivers after everything that the target had sent (N5)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const log: unknown[] = [];
    const watcher = system.spawn((inbox, self) => {
      self.monitor(target.pid).subscribe(() => log.push('EXIT'));
      return inbox.pipe(
        tap(({ payload }) => log.push(payload)),
        ignoreElements(),
      );
    });
    await settled(system);
    for (const n of [1, 2, 3]) target.self.send(watcher, 'x', n);
    target.self.exit('normal');

    await settled(system);
    expect(log).toEqual([1, 2, 3, 'EXIT']);
  });

  it('delivers at once to a watcher that reads no messages (N5, M10)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const log: unknown[] = [];
    const watcher = system.spawn((_inbox, self) => {
      self.monitor(target.pid).subscribe(() => log.push('EXIT'));
      return NEVER;
    });
    await settled(system);
    target.self.send(watcher, 'x', 1);
    target.self.exit('normal');

    await settled(system);
    expect(log).toEqual(['EXIT']);
  });

  it('delivers after the names are released: in the handler the process is gone (N5)', async () => {
    const system = quiet();
    const target = await puppet(system, { name: 'job' });
    const log: unknown[] = [];
    system.spawn((_inbox, self) => {
      self.monitor(target.pid).subscribe(() => {
        log.push(
          system.names.lookup('job'),
          self.send(target.pid, 'x', 1),
          self.send('job', 'x', 1),
        );
        self.register('job');
        log.push(system.names.lookup('job') === self.pid);
      });
      return NEVER;
    });
    await settled(system);
    target.self.exit('normal');

    await settled(system);
    expect(log).toEqual([undefined, either('far', false, true), false, true]);
  });

  it("is removed by its watcher's death (N6)", async () => {
    const system = quiet();
    const target = await puppet(system);
    const watcher = await puppet(system);
    const exits = collect(watcher.self.monitor(target.pid));
    const { exit$ } = watcher.self.spawnMonitored(idle);
    exit$.subscribe();
    watcher.self.exit('normal');
    expect(monitorsOf(system, target.pid)).toBe(0);
    target.self.exit('normal');

    await settled(system);
    expect(exits).toEqual([]);
  });

  it('completes when its watcher ends, so that a body which awaits it goes on (N6, E3)', async () => {
    const system = quiet();
    const log: string[] = [];
    const pid = system.spawn(async function* (_inbox, self) {
      try {
        yield undefined;
        await firstValueFrom(self.monitor(self.pid));
      } finally {
        log.push('finally');
      }
    });
    await settled(system);
    system.terminate(pid);

    await settled(system);
    expect(log).toEqual(['finally']);
  });

  it('of oneself is legal and never fires (N6)', async () => {
    const system = quiet();
    const { self } = await puppet(system);
    const exits = reasons(self, self.pid);
    self.exit('normal');

    await settled(system);
    expect(exits).toEqual([]);
  });

  it('by a process that has ended completes at once (E3)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const { self } = await puppet(system);
    self.exit('normal');
    const log: string[] = [];
    self
      .monitor(target.pid)
      .subscribe({ next: () => log.push('EXIT'), complete: () => log.push('complete') });

    expect([log, monitorsOf(system, target.pid)]).toEqual([['complete'], 0]);
  });
});
