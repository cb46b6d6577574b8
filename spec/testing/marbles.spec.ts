import { describe, expect, it } from '@jest/globals';
import { asyncScheduler, EMPTY, from, interval, map, NEVER, of, throwError, timer } from 'rxjs';
import {
  type Behavior,
  type Command,
  done,
  exit,
  type Inbox,
  type Message,
  ProcessError,
  send,
  topic,
} from '../../lib/index.js';
import { fakeSelf, message } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

const tick = topic<number>('tick');
const t = message(tick, 1);
const echo: Behavior = (inbox) =>
  inbox.pipe(map(({ payload }) => send('log', tick, payload as number)));
const untyped = (value: unknown): never => value as never;

describe('marbles', () => {
  it(
    'runs on virtual time',
    marbles(({ scheduler, time, expectObservable }) => {
      const due = time('  60m --|');
      const expected = '  60m --(a|)';

      const due$ = timer(due).pipe(map(() => asyncScheduler.now()));

      expectObservable(due$).toBe(expected, { a: 3_600_002 });
      expect(scheduler.now()).toBe(0);
    }),
  );

  it('hands the runner what differs', () => {
    expect(
      marbles(({ expectObservable }) => expectObservable(of(1)).toBe('(b|)', { b: 2 })),
    ).toThrow(/deep equality/);
  });

  it('lets a test function that throws fail', () => {
    expect(
      marbles(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
  });

  it('gives each run a fresh scheduler', () => {
    const seen: unknown[] = [];
    const test = marbles(({ scheduler }) => void seen.push(scheduler));
    test();
    test();

    expect(seen[0]).not.toBe(seen[1]);
  });
});

describe('marbles refuses what would pass by saying nothing', () => {
  it.each<[string, RegExp, Parameters<typeof marbles>[0]]>([
    [
      'expectObservable without toBe',
      /expectObservable \(expectation 1\) without \.toBe/,
      ({ expectObservable }) => void expectObservable(of(1)),
    ],
    [
      'expectSubscriptions without toBe',
      /expectSubscriptions \(expectation 2\) without \.toBe/,
      ({ cold, expectObservable, expectSubscriptions }) => {
        expectObservable(EMPTY).toBe('|');
        expectSubscriptions(cold('-').subscriptions);
      },
    ],
    [
      'a letter that the values of a hot lack',
      /'-a-x' has x, which values lacks/,
      ({ hot }) => void hot('-a-x', { a: 1 }),
    ],
    [
      'a letter that the values of a cold lack',
      /'\(ab\|\)' has b, which/,
      ({ cold }) => void cold('(ab|)', { a: 1 }),
    ],
    [
      'a letter that the values of an expectation lack',
      /' 10ms a b c' has b, c, which/,
      ({ expectObservable }) => expectObservable(NEVER).toBe(' 10ms a b c', { a: 1 }),
    ],
    [
      'a duration without its space',
      /'-a 10ms' has 1, 0, m, s, which values lacks: .* spaces around a duration/,
      ({ hot }) => void hot('-a 10ms', { a: 1 }),
    ],
    [
      'an async test function',
      /test function is no Observable and not nothing/,
      untyped(async () => {}),
    ],
    [
      'an async test function that fails',
      /test function/,
      untyped(async () => {
        throw new Error('never unhandled');
      }),
    ],
    [
      'a promise for an observable',
      /what expectObservable was given/,
      ({ expectObservable }) => void expectObservable(untyped(Promise.resolve())),
    ],
    [
      'a timer that never stops',
      /after 24 virtual hours a timer still runs/,
      () => void interval(60_000).subscribe(),
    ],
  ])('%s', (_what, text, test) => {
    expect(marbles(test)).toThrow(text);
    expect(marbles(test)).toThrow(ProcessError);
  });

  it.each<[string, string, Behavior]>([
    ['a promise', 'a promise', async () => undefined],
    ['a promise that rejects', 'a promise', () => Promise.reject(new Error('never unhandled'))],
    [
      'an async generator',
      'an async iterable',
      async function* () {
        yield undefined;
      },
    ],
  ])('a behaviour that returns %s', (_what, text, behavior) => {
    const test = marbles(({ run, hot, expectObservable }) => {
      expectObservable(run(behavior, hot<Message>('-'))).toBe('-');
    });

    expect(test).toThrow(
      `the behaviour returned ${text}, which is never virtual: test it with probe`,
    );
  });

  it('such a behaviour also where nothing is expected of it', () => {
    expect(
      marbles(({ run }) => void run(async () => undefined, NEVER).subscribe({ error() {} })),
    ).toThrow('the behaviour returned a promise');
  });
});

describe('marbles accepts', () => {
  it(
    'durations in the diagram of a time',
    marbles(({ time }) => {
      expect(time('  ---|')).toBe(3);
      expect(time('30s - 10ms -|')).toBe(30_012);
      expect(() => time('---')).toThrow("marbles: '---' has no | to say when");
    }),
  );

  it(
    'durations, groups, and letters that are their own values',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a 10ms (bc) 1.5s d|', { a: 1, b: 2, c: 3, d: 4 });
      const subs = '        ^ 1ms 10ms 4ms 1.5s -!';
      const expected = '    -a 10ms (bc) 1.5s d|';

      expectObservable(source).toBe(expected, { a: 1, b: 2, c: 3, d: 4 });
      expectObservable(of('x', 'y')).toBe('(xy|)');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'a letter whose value is undefined',
    marbles(({ expectObservable }) =>
      expectObservable(of(undefined)).toBe('(u|)', { u: undefined }),
    ),
  );

  it(
    'an observable as the expectation',
    marbles(({ expectObservable }) => expectObservable(of(1, 2)).toEqual(from([1, 2]))),
  );
});

describe('marbles compares errors', () => {
  const equalErrors = (actual: unknown, expected: unknown): (() => void) =>
    marbles(({ expectObservable }) => {
      expectObservable(throwError(() => actual)).toBe('#', undefined, expected);
      expectObservable(of({ reason: [actual] })).toBe('(e|)', { e: { reason: [expected] } });
    });
  const timeout = new ProcessError('Timeout', 'late', { cause: new Error('x', { cause: 1 }) });

  it.each<[string, unknown, unknown]>([
    ['another name', new TypeError('m'), new RangeError('m')],
    ['another message', new Error('a'), new Error('b')],
    ['another code', new ProcessError('Timeout', 'm'), new ProcessError('Unavailable', 'm')],
    ['a cause more', new Error('m', { cause: 1 }), new Error('m')],
    [
      'another cause of the cause',
      timeout,
      new ProcessError('Timeout', 'late', { cause: new Error('x', { cause: 2 }) }),
    ],
    [
      'another own field',
      Object.assign(new Error('m'), { at: 1 }),
      Object.assign(new Error('m'), { at: 2 }),
    ],
    ['other errors of an aggregate', new AggregateError([1]), new AggregateError([2])],
    ['what only looks like one', new Error('m'), { name: 'Error', message: 'm' }],
  ])('and tells %s', (_what, actual, expected) => {
    expect(equalErrors(actual, expected)).toThrow();
  });

  it('and finds equal ones equal', () => {
    const same = new ProcessError('Timeout', 'late', { cause: new Error('x', { cause: 1 }) });

    expect(equalErrors(timeout, same)).not.toThrow();
  });

  it('and leaves matchers to the runner', () => {
    expect(equalErrors(timeout, expect.any(ProcessError))).not.toThrow();
    expect(equalErrors(timeout, expect.any(TypeError))).toThrow();
  });

  it('and survives a cycle', () => {
    const loop = (): Error => {
      const error = new Error('loop');
      error.cause = { error };
      return error;
    };

    expect(equalErrors(loop(), loop())).not.toThrow();
  });
});

describe('marbles: run', () => {
  it(
    'emits the commands of a behaviour and performs none',
    marbles(({ hot, run, expectObservable, expectSubscriptions }) => {
      const inbox = hot(' -t-t-|', { t });
      const subs = '      ^----!';
      const expected = '  -s-s-|';

      const out$ = run(echo, inbox);

      expectObservable(out$).toBe(expected, { s: send('log', tick, 1) });
      expectSubscriptions(inbox.subscriptions).toBe(subs);
    }),
  );

  it(
    'skips nothing, as the runtime does',
    marbles(({ hot, run, expectObservable }) => {
      const inbox = hot('-t-t', { t });

      expectObservable(run((inbox) => inbox.pipe(map(() => undefined)), inbox)).toBe('-');
    }),
  );

  it.each<[string, Command]>([
    ['done', done(1)],
    ['exit', exit('shutdown')],
  ])('ends with the first %s', (_what, command) => {
    marbles(({ hot, run, expectObservable, expectSubscriptions }) => {
      const inbox = hot(' -t-t', { t });
      const subs = '      ^!';
      const expected = '  -(c|)';

      expectObservable(run((inbox) => inbox.pipe(map(() => command)), inbox)).toBe(expected, {
        c: command,
      });
      expectSubscriptions(inbox.subscriptions).toBe(subs);
    })();
  });

  it(
    'ends with self.exit',
    marbles(({ hot, run, expectObservable, expectSubscriptions }) => {
      const inbox = hot(' -t-t', { t });
      const subs = '      ^!';
      const expected = '  -|';

      const quit: Behavior = (inbox, self) => inbox.pipe(map(() => self.exit('kill')));

      expectObservable(run(quit, inbox)).toBe(expected);
      expectSubscriptions(inbox.subscriptions).toBe(subs);
    }),
  );

  it(
    'errors when the behaviour throws (S8)',
    marbles(({ run, expectObservable }) => {
      const broken: Behavior = () => {
        throw new Error('boot');
      };

      expectObservable(run(broken, NEVER)).toBe('#', undefined, new Error('boot'));
    }),
  );

  it(
    'calls the behaviour on subscription, with the self it was given',
    marbles(({ run, expectObservable }) => {
      const self = fakeSelf({ args: [7] });
      const behavior: Behavior = (_: Inbox, { args }) => of(done(args[0]));

      expectObservable(run(behavior, NEVER, self), '--^').toBe('--(d|)', { d: done(7) });
    }),
  );
});
