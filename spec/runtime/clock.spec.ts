import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Cancel, createSystem, supervise } from '../../lib/index.js';
import {
  collect,
  exitOf,
  idle,
  puppet,
  quiet,
  settled,
  turns,
  within,
} from '../support/runtime.js';

const HOUR = 3_600_000;

/** Sets the clock of the machine back, as an administrator or NTP does. */
function setBack(millis: number): void {
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now() - millis);
}

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const pause = (millis: number): Promise<void> =>
  within(new Promise((resolve) => setTimeout(resolve, millis)));

describe('a clock that is set back by an hour', () => {
  it('does not count restarts that are further apart than the period (V2)', async () => {
    const system = quiet();
    const child = {
      id: 'worker',
      name: 'worker',
      behavior: () => new Promise<never>((_, reject) => setTimeout(() => reject(Error('x')), 150)),
    };
    const pid = system.spawn(supervise({ children: [child], intensity: 1, period: 100 }));
    const ends = exitOf(system, pid);
    await pause(200);
    setBack(HOUR);
    await pause(250);

    expect(ends).toEqual([]);
    system.terminate(pid);
  });

  it('leaves uptime as long as it is (I1)', async () => {
    const system = quiet();
    const pid = system.spawn(idle);
    await pause(20);
    setBack(HOUR);
    const { uptime = -1 } = system.info(pid) ?? {};

    expect([uptime >= 15, uptime < 5_000]).toEqual([true, true]);
  });

  it('keeps the deadline of a cancel (C1)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const signals = collect(self.signals$);
    const ended = new Promise((resolve) => system.monitor(pid).subscribe(resolve));
    system.cancel(pid, { deadline: 100 });
    setBack(HOUR);
    await settled(system);
    await within(ended, 2_000);

    const { at, deadline = at } = signals[0] as Cancel;
    const left = deadline - at;
    expect([left > 0, left <= 100]).toEqual([true, true]);
  });

  it('is seen in `at`, which people read (§0)', async () => {
    const system = quiet();
    setBack(HOUR);
    const before = Date.now();
    const events = collect(system.events$);
    system.spawn(idle);

    expect(events[0]?.at).toBeGreaterThanOrEqual(before);
    expect(events[0]?.at).toBeLessThan(before + HOUR / 2);
  });
});

describe('fake timers', () => {
  it('do not reach the run queue: a system goes on while they are faked, and afterwards (§0)', async () => {
    const system = quiet();
    const { pid, log } = await puppet(system);
    const turn = setImmediate;
    jest.useFakeTimers();
    system.send(pid, 'a', 1);
    await new Promise((resolve) => turn(resolve));
    const whileFaked = [...log];
    jest.useRealTimers();
    system.send(pid, 'b', 2);
    await settled(system);

    expect([whileFaked, log]).toEqual([['a 1'], ['a 1', 'b 2']]);
    await within(system.shutdown());
  });

  it('do not reach the run queue of a library that is imported while they are faked (§0)', async () => {
    jest.useFakeTimers();
    jest.resetModules();
    const anew = await import('../../lib/index.js');
    jest.useRealTimers();
    const system = anew.createSystem({ logger: false });
    const { pid, log } = await puppet(system);
    system.send(pid, 'a', 1);
    await turns(12);

    expect([anew.createSystem !== createSystem, log]).toEqual([true, ['a 1']]);
  });
});
