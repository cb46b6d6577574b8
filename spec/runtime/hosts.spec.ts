import { describe, expect, it } from '@jest/globals';
import { ignoreElements, NEVER, tap } from 'rxjs';
import { type Behavior, done, type System } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import {
  brief,
  Clock,
  exitOf,
  idle,
  puppet,
  quiet,
  refused,
  settled,
  within,
} from '../support/runtime.js';

const traps: Behavior = (_inbox, self) => {
  self.setOptions({ trapLinks: true });
  return NEVER;
};
const readsSignals: Behavior = (_inbox, self) => {
  self.signals$.subscribe();
  return NEVER;
};
const usesAbortSignal: Behavior = (_inbox, self) => {
  void self.abortSignal;
  return NEVER;
};

/** A stop of the host 'main' on a virtual clock, and what it records. */
function stopping(system: System, timeout?: number): string[] {
  const log: string[] = [];
  const stop = system.hosts.stop('main', timeout === undefined ? {} : { timeout });
  stop.then(
    () => log.push('stopped'),
    (error) => log.push(`failed ${error}`),
  );
  return log;
}

describe('hosts.add', () => {
  it('makes a place for processes, beside main (O1)', () => {
    const system = quiet({ hosts: { blue: {} } });
    system.hosts.add('red');

    expect(['main', 'blue', 'red'].map((host) => system.spawn(idle, { host }))).toEqual([
      '{main|0x00001}',
      '{blue|0x00002}',
      '{red|0x00003}',
    ]);
  });

  it.each(['main', 'blue'])('refuses %s, which exists (O1)', (id) => {
    const system = quiet({ hosts: { blue: {} } });

    expect(() => system.hosts.add(id)).toThrow(refused('AlreadyExists'));
  });

  it.each([-1, Number.NaN])('refuses a limit of %p (S4)', (maxProcesses) => {
    expect(() => quiet().hosts.add('blue', { maxProcesses })).toThrow(refused('Invalid'));
  });

  it('limits how many processes live at once, and no other host (S4)', () => {
    const system = quiet();
    system.hosts.add('small', { maxProcesses: 2 });
    for (let i = 0; i < 2; i++) system.spawn(idle, { host: 'small' });

    expect(() => system.spawn(idle, { host: 'small' })).toThrow(refused('LimitExceeded'));
    expect(() => system.spawn(idle)).not.toThrow();
  });

  it('may make a stopped host anew, whose PIDs are new (O1, P1)', async () => {
    const system = quiet({ hosts: { blue: {} } });
    const first = system.spawn(idle, { host: 'blue' });
    await within(system.hosts.stop('blue'));
    expect(() => system.spawn(idle, { host: 'blue' })).toThrow(refused('Unavailable'));

    system.hosts.add('blue');
    expect(system.spawn(idle, { host: 'blue' })).not.toBe(first);
  });
});

describe('hosts.stop', () => {
  it('of an unknown host is NotFound (O1)', async () => {
    const system = quiet();

    await expect(system.hosts.stop('nowhere')).rejects.toEqual(refused('NotFound'));
  });

  it('of an empty host is done at once (O2)', async () => {
    const system = quiet({ scheduler: new Clock() });
    const log = stopping(system);

    await settled(system);
    expect(log).toEqual(['stopped']);
  });

  it('refuses spawn and send from that moment on (O2)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    system[kernelOf].bound.exempt('ws.leave');
    const pid = system.spawn(readsSignals);
    const { self } = await puppet(system, { name: 'other' });
    void self.abortSignal;
    const log = stopping(system);

    expect(() => system.spawn(idle)).toThrow(refused('Unavailable'));
    expect(() => self.spawn(idle)).toThrow(refused('Unavailable'));
    expect([system.send(pid, 'x', 1), self.send(pid, 'x', 1)]).toEqual([false, false]);
    expect(system.send(pid, 'ws.leave', 1)).toBe(true);
    scheduler.advance(10_000);
    await settled(system);
    expect(log).toEqual(['stopped']);
  });

  it('lets a plain pipeline take what has arrived, then ends it with shutdown (V3)', async () => {
    const system = quiet({ scheduler: new Clock() });
    const { pid, log } = await puppet(system);
    const exits = exitOf(system, pid);
    for (const n of [1, 2]) system.send(pid, 'x', n);
    const stop = stopping(system);

    await settled(system);
    expect([log, exits, stop]).toEqual([['x 1', 'x 2'], ['shutdown'], ['stopped']]);
  });

  it.each<{ what: string; behavior: Behavior }>([
    { what: 'has subscribed to signals$', behavior: readsSignals },
    { what: 'has used its AbortSignal', behavior: usesAbortSignal },
    { what: 'traps links', behavior: traps },
  ])(
    'gives a process that $what 10 s by default, then it is killed (V3, O2)',
    async ({ behavior }) => {
      const scheduler = new Clock();
      const system = quiet({ scheduler });
      const pid = system.spawn(behavior);
      const exits = exitOf(system, pid);
      await settled(system);
      const log = stopping(system);
      await settled(system);
      scheduler.advance(9_999);
      await settled(system);
      expect([exits, log]).toEqual([[], []]);

      scheduler.advance(1);
      await settled(system);
      expect([exits, log, scheduler.actions.length]).toEqual([['killed'], ['stopped'], 0]);
    },
  );

  it('tells those that asked for time by CANCEL and AbortSignal, and waits for no other (V3)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const log: unknown[] = [];
    const pid = system.spawn((_inbox, self) => {
      self.abortSignal.addEventListener('abort', () => log.push('abort'));
      return self.signals$.pipe(
        tap((signal) => log.push(signal)),
        ignoreElements(),
      );
    });
    const plain = exitOf(system, system.spawn(idle));
    await settled(system);
    const stop = stopping(system, 500);
    await settled(system);
    expect([log, plain]).toEqual([
      [{ kind: 'pid.cancel', from: undefined, at: 0, reason: 'shutdown', deadline: 500 }, 'abort'],
      ['shutdown'],
    ]);

    const exits = exitOf(system, pid);
    scheduler.advance(500);
    await settled(system);
    expect([exits, stop]).toEqual([['killed'], ['stopped']]);
  });

  it('is done as soon as the last one that asked for time has ended (O2)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const exits = exitOf(
      system,
      system.spawn((_inbox, self) => {
        self.signals$.subscribe(() => self.exit({ type: 'normal', value: 'tidy' }));
        return NEVER;
      }),
    );
    await settled(system);
    const log = stopping(system);

    await settled(system);
    expect([exits, log, scheduler.actions.length]).toEqual([['normal tidy'], ['stopped'], 0]);
  });

  it('ends a process that has not had its first turn yet (O2)', async () => {
    const system = quiet({ scheduler: new Clock() });
    const exits = exitOf(system, system.spawn(idle));
    const log = stopping(system);

    await settled(system);
    expect([exits, log]).toEqual([['shutdown'], ['stopped']]);
  });

  it('is one stop, however often it is asked for (O2)', async () => {
    const system = quiet({ scheduler: new Clock() });
    system.spawn(idle);
    const logs = [stopping(system), stopping(system)];

    await settled(system);
    logs.push(stopping(system));
    await settled(system);
    expect(logs).toEqual([['stopped'], ['stopped'], ['stopped']]);
  });

  it('leaves the other hosts alone (O2)', async () => {
    const system = quiet({ hosts: { blue: {} } });
    const { pid } = await puppet(system);
    system.spawn(idle, { host: 'blue' });
    await within(system.hosts.stop('blue'));

    expect([system.processes().length, system.send(pid, 'x', 1)]).toEqual([1, true]);
  });

  it.each([-1, 'soon'])('refuses the timeout %p: its promise rejects (O2)', async (timeout) => {
    const system = quiet();
    await expect(system.hosts.stop('main', { timeout })).rejects.toEqual(refused('Invalid'));
    expect(() => system.spawn(idle)).not.toThrow();
  });
});

describe('shutdown', () => {
  it('stops every host and resolves within the timeout, stubborn processes or not (O2, O3)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler, hosts: { blue: {} } });
    const pids = [
      system.spawn(idle),
      system.spawn(traps, { host: 'blue' }),
      system.spawn(() => [done('early')]),
    ];
    const exits: string[] = [];
    for (const [i, pid] of pids.entries()) {
      system.monitor(pid).subscribe(({ reason }) => exits.push(`${i} ${brief(reason)}`));
    }
    await settled(system);
    const log: string[] = [];
    const first = system.shutdown({ timeout: '2s' });
    first.then(() => log.push('down'));
    expect(system.shutdown()).toBe(first);
    await settled(system);
    scheduler.advance(2_000);

    await settled(system);
    expect([exits, log]).toEqual([['2 normal early', '0 shutdown', '1 killed'], ['down']]);
    expect([system.processes(), scheduler.actions.length]).toEqual([[], 0]);
    expect(() => system.spawn(idle, { host: 'blue' })).toThrow(refused('Unavailable'));
  });

  it('refuses everything afterwards: spawn, hosts.add, send (O3)', async () => {
    const system = quiet();
    const pid = system.spawn(idle);
    await within(system.shutdown());

    expect(() => system.spawn(idle)).toThrow(refused('Unavailable'));
    expect(() => system.hosts.add('late')).toThrow(refused('Unavailable'));
    expect([system.send(pid, 'x', 1), system.cancel(pid)]).toEqual([false, false]);
  });

  it('does not wait for the longer timeout of a stop that has begun (O2, O3)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    system.spawn(traps);
    await settled(system);
    const stopped = system.hosts.stop('main', { timeout: '1h' });
    const sooner = system.hosts.stop('main', { timeout: '2s' });
    const down = system.shutdown({ timeout: '1s' });
    await settled(system);
    scheduler.advance(1_000);

    await within(Promise.all([stopped, sooner, down]));
    expect([system.processes(), scheduler.actions.length]).toEqual([[], 0]);
  });

  it('may be asked for again after a timeout that is none (O3)', async () => {
    const system = quiet();
    await expect(system.shutdown({ timeout: 'soon' })).rejects.toEqual(refused('Invalid'));
    expect(() => system.spawn(idle)).not.toThrow();

    await within(system.shutdown());
    expect(system.processes()).toEqual([]);
  });

  it('leaves no clock behind when dependents close in time (O3)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    system[kernelOf].dependents.add(() => Promise.resolve());

    await within(system.shutdown());
    expect(scheduler.actions).toEqual([]);
  });

  it('has one timeout for all together: what dependents take, processes have not (O3)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const pid = system.spawn(readsSignals);
    await settled(system);
    system[kernelOf].dependents.add(
      () => new Promise((resolve) => scheduler.schedule(() => resolve(), 60)),
    );
    const down = system.shutdown({ timeout: 100 });
    for (const millis of [60, 39]) {
      scheduler.advance(millis);
      await settled(system);
    }
    expect(system.info(pid)?.status).toBe('stopping');
    scheduler.advance(1);

    await within(down);
    expect(system.processes()).toEqual([]);
  });

  it('closes dependents first, and goes on without one that fails or hangs (O3)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const log: unknown[] = [];
    system.events$.subscribe((e) => log.push(e.type === 'warning' ? e.message : e.type));
    system.spawn(idle);
    const { dependents } = system[kernelOf];
    dependents.add(async () => void log.push(`closes, ${system.processes().length} alive`));
    dependents.add(() => {
      throw new Error('throws');
    });
    dependents.add(() => Promise.reject(new Error('rejects')));
    dependents.add(() => new Promise(() => {}));
    const down = system.shutdown({ timeout: 100 });
    await settled(system);
    expect(log.splice(0)).toEqual([
      'spawned',
      'closes, 1 alive',
      'a dependent did not close: Error: throws',
      'a dependent did not close: Error: rejects',
    ]);
    scheduler.advance(100);

    await within(down);
    expect([log, scheduler.actions.length]).toEqual([['exited'], 0]);
  });
});
