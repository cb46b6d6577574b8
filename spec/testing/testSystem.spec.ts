import { describe, expect, it } from '@jest/globals';
import { interval, map, NEVER, of, VirtualTimeScheduler } from 'rxjs';
import { type Behavior, done, type Exit, ProcessError, send, topic } from '../../lib/index.js';
import { testSystem } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

const tick = topic<number>('tick');

describe('testSystem', () => {
  it('is still until its clock is moved, and then does what is due', () => {
    const system = testSystem();
    const log: unknown[] = [];
    const pid = system.spawn((inbox) => inbox.pipe(map((m) => void log.push(m.payload))));
    system.send(pid, tick, 1);
    log.push('sent');
    system.flush();
    log.push('flushed');

    expect(log).toEqual(['sent', 1, 'flushed']);
  });

  it('lets time pass in steps, on the clock that everything in it uses', () => {
    const system = testSystem();
    const log: unknown[] = [];
    system.spawn(() =>
      interval(10_000, system.scheduler).pipe(map(() => void log.push(system.scheduler.now()))),
    );
    system.advance('25s');
    log.push('later');
    system.advance(5_000);
    system.flush();

    expect(log).toEqual([10_000, 20_000, 'later', 30_000]);
  });

  it('stands at the end of the time that passed, also when nothing was due', () => {
    const system = testSystem();
    system.advance('1h');

    expect(system.scheduler.now()).toBe(3_600_000);
  });

  it('times a deadline (C1)', () => {
    const system = testSystem();
    const exits: Exit[] = [];
    const pid = system.spawn(() => NEVER);
    system.monitor(pid).subscribe((exit) => exits.push(exit));
    system.cancel(pid, { deadline: '5s' });
    system.advance('4.999s');
    expect(exits).toEqual([]);
    system.advance(1);

    expect(exits).toMatchObject([{ from: pid, at: 5_000, reason: { type: 'killed' } }]);
  });

  it('takes another virtual clock', () => {
    const scheduler = new VirtualTimeScheduler();
    const system = testSystem({ scheduler });
    system.advance('1s');

    expect(scheduler.now()).toBe(1_000);
  });

  it(
    'runs in a diagram on its scheduler',
    marbles(({ hot, scheduler, expectObservable }) => {
      const outside = hot('-a---b', { a: 1, b: 2 });
      const expected = '   -----(x|)';

      const system = testSystem({ scheduler });
      const second: Behavior = (inbox) =>
        inbox.pipe(map(({ payload }) => (payload === 2 ? done(payload) : undefined)));
      const pid = system.spawn(second);
      outside.subscribe((n) => system.send(pid, tick, n));
      const value$ = system.monitor(pid).pipe(map(({ at, result }) => ({ at, ...result })));

      expectObservable(value$).toBe(expected, { x: { at: 5, value: 2 } });
    }),
  );

  it(
    'leaves the clock to the diagram',
    marbles(({ scheduler }) => {
      const system = testSystem({ scheduler });

      expect(() => system.advance(1)).toThrow(/inside marbles the diagram moves the clock/);
      expect(() => system.flush()).toThrow(ProcessError);
    }),
  );

  it('writes nothing to the console by default, and to a logger when given one', () => {
    const errors: unknown[] = [];
    const logger = { warn() {}, error: (text: string) => errors.push(text) };
    const crash: Behavior = () => {
      throw new Error('x');
    };
    testSystem().spawn(crash);
    const system = testSystem({ logger });
    const pid = system.spawn(crash);
    system.flush();

    expect(errors).toEqual([expect.stringContaining(`process ${pid} crashed: Error: x`)]);
  });

  describe('an endless self-sender', () => {
    const spin: Behavior = (inbox, self) => inbox.pipe(map(() => send(self.pid, tick, 0)));
    const endless = expect.objectContaining({
      code: 'LimitExceeded',
      message: expect.stringMatching(
        /100000 turns at \d+ ms without time passing: a process sends/,
      ),
    });

    it('is an error and not a hang (M4)', () => {
      const system = testSystem();
      system.send(system.spawn(spin), tick, 0);

      expect(() => system.flush()).toThrow(endless);
    });

    it('is one in a diagram, too, and leaves the next test alone', () => {
      const test = marbles(({ scheduler }) => {
        const system = testSystem({ scheduler });
        system.send(system.spawn(spin), tick, 0);
      });

      expect(test).toThrow(endless);
      expect(
        marbles(({ scheduler, expectObservable }) => {
          const system = testSystem({ scheduler });
          expectObservable(system.exec(() => of(done(1)))).toBe('(n|)', { n: 1 });
        }),
      ).not.toThrow();
    });

    it('may take as many turns as it likes while time passes', () => {
      const system = testSystem();
      const pid = system.spawn((inbox) => inbox.pipe(map(() => undefined)));
      for (let i = 0; i < 30; i++) {
        for (let n = 0; n < 9_000; n++) system.send(pid, tick, n);
        system.advance(1);
      }

      expect(system.processes()).toMatchObject([{ pid, depth: 0 }]);
    });
  });

  it('is the clock of whoever takes self.scheduler', () => {
    const system = testSystem();
    const at: number[] = [];
    system.spawn((_inbox, self) =>
      interval(1_000, self.scheduler).pipe(
        map(() => {
          at.push(self.scheduler.now());
        }),
      ),
    );
    system.advance('2.5s');

    expect(at).toEqual([1_000, 2_000]);
  });
});
