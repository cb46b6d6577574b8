import { Observable, type ObservableInput } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { type Behavior, type Command, type Inbox, ProcessError } from '../../core/index.js';
import { checkLetters } from './checkLetters.js';
import { type Equality, Expectations } from './expectations.js';
import { fakeSelf } from './fakeSelf.js';
import type { FakeSelf } from './fakeSelfOptions.js';
import { neverAtRest } from './neverAtRest.js';
import { runBehavior } from './runBehavior.js';

/**
 * Makes the one wrapper of marble tests from a runner's equality. Each test has a fresh scheduler, in
 * run mode. It fails on what would otherwise pass by saying nothing: `expectObservable` without
 * `.toBe`, a letter that `values` lacks, a behaviour that returns a promise or an async iterable (no
 * promise is virtual: use `probe`), an async test function, a timer that never stops (a day is the
 * longest a test may take; with `memoryNats`, whose nodes beat for ever, it ends after a minute). Errors are equal by name, message, cause and own fields. A test that fails
 * shows what it expected and what it got as two diagrams, with the values that differ.
 *
 * The room `marbles` tests one behaviour as a pure function of streams: begin here; `fakeSelf` and
 * `fakeSocket` stand for what it asks and for a client.
 *
 * @example
 * const test = marbles((actual, expected) => expect(actual).toEqual(expected));
 * it('counts', test(({ hot, run, expectObservable }) => {
 *   const inbox  = hot('-t-t', { t: message(tick) });
 *   const expected = ' -a-b';
 *
 *   expectObservable(run(counter, inbox)).toBe(expected, { a: send(log, seen, 1), b: send(log, seen, 2) });
 * }));
 */
export function marbles(equal: Equality): (test: (h: MarbleHelpers) => void) => () => void {
  return (test) => () => {
    // The first refusal of `run`; its stream merely errors, so it must be heard before any comparison.
    let refusal: Error | undefined;
    const complain = (): void => {
      if (refusal !== undefined) throw refusal;
    };
    const expectations = new Expectations(equal);
    const scheduler = new TestScheduler((actual, expected) => {
      complain();
      expectations.compare(actual, expected);
    });
    const run: MarbleHelpers['run'] = (behavior, inbox, self = fakeSelf()) =>
      runBehavior(behavior as Behavior, inbox, self, (error) => {
        refusal ??= error;
      }) as Observable<never>;
    scheduler.run((helpers) => {
      const checked = check(helpers, expectations);
      refuseAsync('the test function', test({ ...checked, scheduler, run }));
      const { open } = expectations;
      if (open.length > 0) {
        throw misuse(`${open.join(', ')} without .toBe: it would compare nothing`);
      }
      const isEndless = neverAtRest.has(scheduler);
      scheduler.schedule(() => stopTime(scheduler, isEndless), isEndless ? MINUTE : DAY);
    });
    complain();
    expectations.report();
  };
}

/** What a marble test is given: rxjs's own helpers, and a way to run a behaviour. */
export interface MarbleHelpers extends RunHelpers {
  /** The test's clock; hand it to `testSystem({ scheduler })` or to an operator that takes one. */
  readonly scheduler: TestScheduler;
  /**
   * Calls a behaviour on subscription and emits its commands as the runtime would take them: without
   * `undefined`, and up to the first `done`, `exit` or `upgrade`, also by `self`. Performs none of them. The
   * behaviour may be that of a channel, whose commands are among what it emits.
   */
  run<C extends { readonly type: string } = Command>(
    behavior: Emits<C>,
    inbox: Inbox,
    self?: FakeSelf,
  ): Observable<C>;
}

/** A behaviour by what it emits. */
type Emits<C> = (
  inbox: Inbox,
  // biome-ignore lint/suspicious/noExplicitAny: a fake has the arguments that the behaviour expects
  self: Parameters<Behavior>[1] & { readonly args: any },
) => // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing returns void
ObservableInput<C | void> | Promise<C | void>;

/** Virtual milliseconds after which something that still keeps time would keep it for ever. */
const DAY = 24 * 60 * 60 * 1_000;

/** Virtual milliseconds that a test of a cluster has, whose nodes beat for ever. */
const MINUTE = 60_000;

/** The helpers, watched. */
function check(helpers: RunHelpers, expectations: Expectations): RunHelpers {
  return {
    ...helpers,
    time,
    flush: () => {
      helpers.flush();
      expectations.report();
    },
    cold: (marbles, values, error) => {
      checkLetters('marbles', marbles, values);
      return helpers.cold(marbles, values, error);
    },
    hot: (marbles, values, error) => {
      checkLetters('marbles', marbles, values);
      return helpers.hot(marbles, values, error);
    },
    expectObservable: (observable, subscription) => {
      refuseAsync('what expectObservable was given', observable);
      const expectation = helpers.expectObservable(observable, subscription);
      return closing(expectation, expectations.add('expectObservable'));
    },
    expectSubscriptions: (log) => {
      const expectation = helpers.expectSubscriptions(log);
      const close = expectations.add('expectSubscriptions');
      const toBe = (marbles: string | string[]): void => {
        close(toBe);
        expectation.toBe(marbles);
      };
      return { toBe };
    },
  };
}

/** What rxjs's `expectObservable` returns. */
interface Expectation<T> {
  toBe(marbles: string, values?: unknown, error?: unknown): void;
  toEqual: (other: Observable<T>) => void;
}

/** An expectation that calls `close` when it is given what it expects. */
function closing<T>(
  expectation: Expectation<T>,
  close: ReturnType<Expectations['add']>,
): Expectation<T> {
  const toBe: Expectation<T>['toBe'] = (marbles, values, error) => {
    close(toBe, { marbles, values });
    checkLetters('marbles', marbles, values);
    expectation.toBe(marbles, values, error);
  };
  const toEqual: Expectation<T>['toEqual'] = (other) => {
    close(toEqual);
    expectation.toEqual(other);
  };
  return { toBe, toEqual };
}

/** rxjs's own `time` counts characters, so that `30s --|` would be 6 ms. */
function time(marbles: string): number {
  const frames = TestScheduler.parseMarbles(marbles, undefined, undefined, false, true);
  const end = frames.find(({ notification }) => notification.kind === 'C');
  if (end === undefined) throw misuse(`'${marbles}' has no | to say when`);
  return end.frame;
}

function refuseAsync(what: string, value: unknown): void {
  if (value === undefined || value instanceof Observable) return;
  if (typeof (value as PromiseLike<unknown> | null)?.then === 'function') {
    (value as PromiseLike<unknown>).then(undefined, () => {}); // reported here, so not as unhandled, too
  }
  throw misuse(`${what} is no Observable and not nothing: no promise is virtual, use probe`);
}

/** The last action of a test: nothing that still waits now has an end in sight. */
function stopTime({ actions }: TestScheduler, isEndless: boolean): void {
  if (isEndless) actions.length = 0;
  if (actions.length === 0) return;
  const hint = 'unsubscribe it, or terminate the process whose timer it is';
  throw misuse(`after 24 virtual hours a timer still runs: ${hint}`);
}

function misuse(text: string): ProcessError {
  return new ProcessError('Invalid', `marbles: ${text}`);
}
