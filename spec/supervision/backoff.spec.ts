import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { filter, map, throwError } from 'rxjs';
import {
  type BackoffOptions,
  type Behavior,
  restartChild,
  supervise,
  terminateChild,
} from '../../lib/index.js';
import { delayOf, readBackoff } from '../../lib/supervision/backoff.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { marbles } from '../support/marbles.js';
import { child, children, givesUp, idle, stage, tooMany } from './support.js';

/** Starts once, then fails in every first turn. */
const failing = (): Behavior => {
  let starts = 0;
  return (inbox, self) =>
    ++starts === 1 ? idle(inbox, self) : throwError(() => new Error('again'));
};

/** When a child that can only be started once is tried again, in seconds after its crash. */
function attempts(backoff: BackoffOptions, count: number): number[] {
  const { system, supervise, look } = stage();
  const times: number[] = [];
  supervise({ children: [child('a', { behavior: failing() })], backoff });
  look();
  system.events$.subscribe((event) => {
    if (event.type === 'spawned') times.push(event.at / 1_000);
  });
  system.exit('a', new Error('boom'));
  system.flush();
  for (let i = 0; times.length < count && i < 1_000; i++) system.advance('1s');
  return times;
}

const STEADY = { jitter: 0 };

describe('backoff', () => {
  it('waits 1 s, then twice as long each time, and never more than 90 s (V5)', () => {
    expect(attempts(STEADY, 9)).toEqual([1, 3, 7, 15, 31, 63, 127, 217, 307]);
  });

  it('is min(max, initial·factor^(n-1)) of its options (V5)', () => {
    const backoff = { initial: '2s', factor: 3, max: '20s', ...STEADY };

    expect(attempts(backoff, 5)).toEqual([2, 8, 26, 46, 66]);
  });

  it('varies by a tenth either way after the cap, so by up to 99 s (V5)', () => {
    const delays = (random: number): number[] => {
      const backoff = readBackoff({ random: () => random });
      return [1, 2, 3, 8, 2_000].map((n) => delayOf(backoff, n));
    };

    expect([0, 0.5, 1].map(delays)).toEqual([
      [900, 1_800, 3_600, 81_000, 81_000],
      [1_000, 2_000, 4_000, 90_000, 90_000],
      [1_100, 2_200, 4_400, 99_000, 99_000],
    ]);
  });

  it('waits for each n within jitter of the formula, and never 0 (V5)', () => {
    const options = fc.record({
      initial: fc.integer({ min: 1, max: 5_000 }),
      max: fc.integer({ min: 5_000, max: 100_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const n = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(options, n, fc.double({ min: 0, max: 1, noNaN: true }), (given, attempt, r) => {
        const delay = delayOf(readBackoff({ ...given, random: () => r }), attempt);
        const base = Math.min(given.max, given.initial * given.factor ** (attempt - 1));
        expect(delay).toBeGreaterThanOrEqual(Math.floor(base * (1 - given.jitter)));
        expect(delay).toBeLessThanOrEqual(Math.ceil(base * (1 + given.jitter)) + 1);
      }),
    );
  });

  it(
    'of 90 s is one diagram (V5)',
    marbles(({ hot, scheduler, time, expectObservable }) => {
      const crash = hot(' a 89999ms -', { a: new Error('boom') });
      const expected = ' - 89999ms a';
      const t = time('   - 89999ms |');

      const system = testSystem({ scheduler });
      const backoff = { initial: t, max: t, ...STEADY };
      system.spawn(supervise({ children: children('a'), backoff }));
      crash.subscribe((error) => system.exit('a', error));
      const restarted$ = system.events$.pipe(
        filter(({ type, at }) => type === 'spawned' && at > 0),
        map((event) => event.type === 'spawned' && event.name),
      );

      expectObservable(restarted$).toBe(expected, { a: 'a' });
    }),
  );

  it.each([
    { run: 4_999, delay: 2_000 },
    { run: 5_000, delay: 1_000 },
  ])('after a run of $run ms waits $delay ms: a stable run begins anew (V5)', ({ run, delay }) => {
    const { system, supervise, crash, look } = stage();
    supervise({ children: children('a'), backoff: STEADY });
    look();
    crash('a');
    system.advance(1_000);
    look();
    system.advance(run);
    crash('a');
    system.advance(delay - 1);
    expect(look()).toEqual([]);

    system.advance(1);
    expect(look()).toEqual(['+a']);
  });

  it('of maxAttempts n restarts n times in a row, then stops all and ends with shutdown (V5)', () => {
    const { system, supervise, crash, look } = stage();
    const backoff = { maxAttempts: 3, ...STEADY };
    supervise({ children: [child('a', { behavior: failing() }), child('b')], backoff });
    look();
    crash('a');
    system.advance('1h');

    expect(look()).toEqual([
      ...['+a', '-a error again', '+a', '-a error again', '+a', '-a error again'],
      givesUp('a', "maxAttempts is 3 (raise it, or give restart: 'temporary')", 2),
      '-b shutdown',
      '-top shutdown',
    ]);
  });

  it('is unlimited by default, intensity or not (V5, V6)', () => {
    expect(attempts({ max: '1s', ...STEADY }, 50)).toHaveLength(50);
  });

  it('counts for an intensity, too, when both are given (V6)', () => {
    const { system, supervise, crash, look } = stage();
    supervise({ children: children('a'), intensity: 1, backoff: STEADY });
    look();
    crash('a');
    system.advance(1_000);
    look();

    expect(crash('a').slice(1)).toEqual([givesUp('a', tooMany(1), 1), '-top shutdown']);
  });

  it('does not retry what a child has ended on purpose, nor an error that is not retryable (V6)', () => {
    const { system, supervise, look } = stage();
    const transient = child('a', { restart: 'transient' });
    supervise({ children: [transient, child('b'), child('c')], backoff: STEADY });
    look();
    system.exit('a', 'shutdown');
    system.exit('b', Object.assign(new Error('bad'), { retryable: false }));
    terminateChild(system, 'top', 'c').subscribe();
    system.advance('1h');

    expect(look().filter((line) => line.startsWith('+'))).toEqual([]);
  });

  it('begins anew for a child that is restarted by hand (V5, V7)', () => {
    const { system, supervise, crash, look } = stage();
    supervise({ children: children('a'), backoff: STEADY });
    look();
    crash('a');
    system.advance('1s');
    crash('a');
    terminateChild(system, 'top', 'a').subscribe();
    restartChild(system, 'top', 'a').subscribe();
    look();
    crash('a');
    system.advance('1s');

    expect(look()).toEqual(['+a']);
  });

  it('keeps a group down until the child that failed comes back (V1, V5)', () => {
    const { system, supervise, crash, look } = stage();
    supervise({ strategy: 'rest_for_one', children: children('abc'), backoff: STEADY });
    look();

    expect(crash('b')).toEqual(['-b error boom', '-c shutdown']);
    system.advance(999);
    expect(look()).toEqual([]);
    system.advance(1);
    expect(look()).toEqual(['+b', '+c']);
  });

  it('joins a group that waits to the one that waits longer for its left neighbour (V1, V5)', () => {
    const { system, supervise, crash, look } = stage();
    supervise({ strategy: 'rest_for_one', children: children('abc'), backoff: STEADY });
    look();
    crash('b');
    system.advance(500);
    crash('a');
    system.advance(999);
    expect(look()).toEqual([]);

    system.advance(1);
    expect(look()).toEqual(['+a', '+b', '+c']);
  });
});
