import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { concat, map, merge, NEVER, Observable, of } from 'rxjs';
import {
  type Behavior,
  type Command,
  every,
  type SystemEvent,
  sendAfter,
  upgrade,
} from '../../lib/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { marbles } from '../support/marbles.js';
import { Clock, collect, quiet, reads, settled } from '../support/runtime.js';

/** Emits commands, and lives. */
const emits =
  (...commands: readonly Command[]): Behavior =>
  () =>
    concat(of(...commands), NEVER);

/** What comes to the process `clock`, each with its time. */
function clocked(system: TestSystem): unknown[] {
  const log: unknown[] = [];
  const show = ({ topic, payload }: { topic: string; payload: unknown }): string =>
    `${topic} ${payload} at ${system.scheduler.now()}`;
  system.spawn(reads(log, show), { name: 'clock' });
  return log;
}

const deadLetters = (events: readonly SystemEvent[]): number =>
  events.filter(({ type }) => type === 'deadLetter').length;

describe('sendAfter', () => {
  it('sends once, after its delay, as the process that emitted it (M15)', () => {
    const system = testSystem();
    const log: unknown[] = [];
    system.spawn(
      reads(log, ({ topic, payload, from }) => [topic, payload, from]),
      { name: 'clock' },
    );
    const pid = system.spawn(emits(sendAfter('5s', 'clock', 'due', 1)));
    system.advance(4_999);
    expect([log, system.info(pid)?.timers]).toEqual([[], 1]);

    system.advance(1);
    expect([log, system.info(pid)?.timers]).toEqual([[['due', 1, pid]], 0]);
    system.advance('1h');
    expect(log).toHaveLength(1);
  });

  it(
    'is a timer of the diagram, where a diagram moves the clock (M15)',
    marbles(({ hot, scheduler, expectObservable }) => {
      const order = hot('   -a----b----');
      const expected = '    ----a----b-';

      const system = testSystem({ scheduler });
      const pid = system.spawn((inbox, self) =>
        inbox.pipe(
          map(({ topic, payload }) =>
            topic === 'order' ? sendAfter(3, self.pid, 'due', payload) : undefined,
          ),
        ),
      );
      const due$ = new Observable<unknown>((out) =>
        system.trace(pid).subscribe((event) => {
          if (event.type === 'received' && event.message.topic === 'due')
            out.next(event.message.payload);
        }),
      );
      expectObservable(due$).toBe(expected);
      order.subscribe((letter) => system.send(pid, 'order', letter));
    }),
  );

  it('of nothing sends in a later turn (M4)', () => {
    const system = testSystem();
    const log = clocked(system);
    system.spawn(emits(sendAfter(0, 'clock', 'due', 1)));
    system.flush();

    expect(log).toEqual(['due 1 at 0']);
  });

  it('is a dead letter where nobody is there by then, as of every send (M5)', () => {
    const system = testSystem();
    const events = collect(system.events$);
    system.spawn(emits(sendAfter(5, 'nobody', 'due', 1)));
    system.advance(4);
    expect(deadLetters(events)).toBe(0);

    system.advance('1h');
    expect(deadLetters(events)).toBe(1);
  });

  it('waits for longer than a timer of Node can (H7)', () => {
    const system = testSystem();
    const log = clocked(system);
    system.spawn(emits(sendAfter('1440h', 'clock', 'due', 1)));
    system.advance('1439h');
    expect(log).toEqual([]);

    system.advance('1h');
    expect(log).toEqual([`due 1 at ${60 * 24 * 3_600_000}`]);
  });
});

describe('every', () => {
  it('sends after each interval, counted from its start (M15)', () => {
    const system = testSystem();
    const log = clocked(system);
    system.spawn(emits(every(10, 'clock', 'tick', 1)));
    system.advance(35);

    expect(log).toEqual([10, 20, 30].map((at) => `tick 1 at ${at}`));
  });

  it('makes up for none that it missed, and keeps its beat (M15)', async () => {
    let asleep = 0;
    class Sleeper extends Clock {
      override now = () => this.frame + asleep;
    }
    const clock = new Sleeper();
    const system = quiet({ scheduler: clock });
    const ticks: unknown[] = [];
    system.events$.subscribe((event) => {
      if (event.type === 'deadLetter') ticks.push(`${event.count} at ${event.at}`);
    });
    system.spawn(emits(every(10, 'nobody', 'tick', 1)));
    await settled(system);
    asleep = 25;
    for (let i = 0; i < 25; i++) {
      clock.advance(1);
      await settled(system);
    }

    expect(ticks).toEqual(['1 at 35', '1 at 40', '1 at 50']);
  });

  it('stops with one dead letter when a PID is nobody any more, and goes on for a name (M15)', () => {
    const system = testSystem();
    const log = clocked(system);
    const clock = system.names.lookup('clock') as string;
    const byPid = system.spawn(emits(every(10, clock, 'tick', 'pid')));
    const byName = system.spawn(emits(every(10, 'clock', 'tick', 'name')));
    system.advance(10);
    system.terminate('clock');
    const events = collect(system.events$);
    system.advance(20);
    expect(deadLetters(events)).toBe(3);
    expect([byPid, byName].map((pid) => system.info(pid)?.timers)).toEqual([0, 1]);

    const anew = clocked(system);
    system.advance(10);
    expect([log, anew]).toEqual([['tick pid at 10', 'tick name at 10'], ['tick name at 40']]);
  });

  it('goes on where a full mailbox refuses it (M11)', () => {
    const system = testSystem({ mailbox: { capacity: 1 } });
    const deaf = system.spawn(() => NEVER);
    const pid = system.spawn(emits(every(10, deaf, 'tick', 1)));
    system.advance(30);

    expect([system.info(deaf)?.depth, system.info(pid)?.timers]).toEqual([1, 1]);
  });
});

describe('a timer', () => {
  const both = emits(sendAfter(20, 'clock', 'due', 1), every(10, 'clock', 'tick', 1));

  it.each<{ what: string; end: (system: TestSystem, pid: string) => unknown }>([
    { what: 'is terminated', end: (system, pid) => system.terminate(pid) },
    { what: 'crashes', end: (system, pid) => system.exit(pid, new Error('boom')) },
    { what: 'is stopped', end: (system, pid) => system.exit(pid, 'shutdown') },
    { what: 'ends with its host', end: (system) => system.hosts.stop('blue') },
  ])('is cancelled when its process $what (M15)', ({ end }) => {
    const system = testSystem({ hosts: { blue: {} } });
    const log = clocked(system);
    const pid = system.spawn(both, { host: 'blue' });
    system.advance(15);
    end(system, pid);
    system.advance('1h');

    expect(log).toEqual(['tick 1 at 10']);
  });

  it('outlives the body, and is kept by an upgrade (M15, U2)', () => {
    const system = testSystem();
    const log = clocked(system);
    system.define('next', () => NEVER);
    const pid = system.spawn((inbox, self) => merge(both(inbox, self), of(upgrade('next'))));
    system.advance(20);

    expect([log, system.info(pid)?.timers]).toEqual([
      ['tick 1 at 10', 'due 1 at 20', 'tick 1 at 20'],
      1,
    ]);
  });

  it.each([
    { what: 'a reserved topic', command: sendAfter(1, 'x', '@x', 1) },
    { what: 'no destination', command: every(1, 7 as never, 'x', 1) },
  ])('with $what is a crash at once: Invalid (S8)', ({ command }) => {
    const system = testSystem();
    const events = collect(system.events$);
    system.spawn(emits(command));
    system.advance(10);

    expect(events).toMatchObject([
      { type: 'spawned' },
      { type: 'exited', at: 0, reason: { type: 'error', error: { code: 'Invalid' } } },
    ]);
  });

  it('of a thousand that run in one process is a warning, once (M15)', () => {
    const system = testSystem();
    const events = collect(system.events$);
    const pid = system.spawn((inbox, self) =>
      inbox.pipe(map(() => every('1s', self.pid, 'tick', 1))),
    );
    for (let i = 0; i < 1_001; i++) system.send(pid, 'go', 1);
    system.flush();

    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
      { code: 'timers', pid, message: expect.stringContaining(`1000 timers run in ${pid}`) },
    ]);
    expect(system.info(pid)?.timers).toBe(1_001);
  });

  it('costs a process without one nothing', () => {
    const system = testSystem();
    const pid = system.spawn(() => NEVER);
    system.flush();

    expect(system.info(pid)?.timers).toBe(0);
  });

  it('sends in the context of its command, but what recurs in none (F1)', () => {
    const context = new AsyncLocalStorage<string>();
    const system = testSystem({ context });
    const log: unknown[] = [];
    system.spawn(
      reads(log, ({ topic }) => `${topic} ${context.getStore()}`),
      { name: 'clock' },
    );
    context.run('r1', () => system.spawn(both));
    system.advance(20);

    expect(log).toEqual(['tick undefined', 'due r1', 'tick undefined']);
  });
});
