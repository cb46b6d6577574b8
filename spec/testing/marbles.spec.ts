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
  it.each<{ what: string; text: RegExp; test: Parameters<typeof marbles>[0] }>([
    {
      what: 'expectObservable without toBe',
      text: /expectObservable \(expectation 1\) without \.toBe/,
      test: ({ expectObservable }) => void expectObservable(of(1)),
    },
    {
      what: 'expectSubscriptions without toBe',
      text: /expectSubscriptions \(expectation 2\) without \.toBe/,
      test: ({ cold, expectObservable, expectSubscriptions }) => {
        expectObservable(EMPTY).toBe('|');
        expectSubscriptions(cold('-').subscriptions);
      },
    },
    {
      what: 'a letter that the values of a hot lack',
      text: /'-a-x' has x, which values lacks/,
      test: ({ hot }) => void hot('-a-x', { a: 1 }),
    },
    {
      what: 'a letter that the values of a cold lack',
      text: /'\(ab\|\)' has b, which/,
      test: ({ cold }) => void cold('(ab|)', { a: 1 }),
    },
    {
      what: 'a letter that the values of an expectation lack',
      text: /' 10ms a b c' has b, c, which/,
      test: ({ expectObservable }) => expectObservable(NEVER).toBe(' 10ms a b c', { a: 1 }),
    },
    {
      what: 'a duration without its space',
      text: /'-a 10ms' has 1, 0, m, s, which values lacks: .* spaces around a duration/,
      test: ({ hot }) => void hot('-a 10ms', { a: 1 }),
    },
    {
      what: 'an async test function',
      text: /test function is no Observable and not nothing/,
      test: untyped(async () => {}),
    },
    {
      what: 'an async test function that fails',
      text: /test function/,
      test: untyped(async () => {
        throw new Error('never unhandled');
      }),
    },
    {
      what: 'a promise for an observable',
      text: /what expectObservable was given/,
      test: ({ expectObservable }) => void expectObservable(untyped(Promise.resolve())),
    },
    {
      what: 'a timer that never stops',
      text: /after 24 virtual hours a timer still runs/,
      test: () => void interval(60_000).subscribe(),
    },
  ])('$what', ({ text, test }) => {
    expect(marbles(test)).toThrow(text);
    expect(marbles(test)).toThrow(ProcessError);
  });

  it.each<{ what: string; text: string; behavior: Behavior }>([
    { what: 'a promise', text: 'a promise', behavior: async () => undefined },
    {
      what: 'a promise that rejects',
      text: 'a promise',
      behavior: () => Promise.reject(new Error('never unhandled')),
    },
    {
      what: 'an async generator',
      text: 'an async iterable',
      behavior: async function* () {
        yield undefined;
      },
    },
  ])('a behaviour that returns $what', ({ text, behavior }) => {
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

  it.each<{ what: string; actual: unknown; expected: unknown }>([
    { what: 'another name', actual: new TypeError('m'), expected: new RangeError('m') },
    { what: 'another message', actual: new Error('a'), expected: new Error('b') },
    {
      what: 'another code',
      actual: new ProcessError('Timeout', 'm'),
      expected: new ProcessError('Unavailable', 'm'),
    },
    { what: 'a cause more', actual: new Error('m', { cause: 1 }), expected: new Error('m') },
    {
      what: 'another cause of the cause',
      actual: timeout,
      expected: new ProcessError('Timeout', 'late', { cause: new Error('x', { cause: 2 }) }),
    },
    {
      what: 'another own field',
      actual: Object.assign(new Error('m'), { at: 1 }),
      expected: Object.assign(new Error('m'), { at: 2 }),
    },
    {
      what: 'other errors of an aggregate',
      actual: new AggregateError([1]),
      expected: new AggregateError([2]),
    },
    {
      what: 'what only looks like one',
      actual: new Error('m'),
      expected: { name: 'Error', message: 'm' },
    },
  ])('and tells $what', ({ actual, expected }) => {
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

  it.each<{ what: string; command: Command }>([
    { what: 'done', command: done(1) },
    { what: 'exit', command: exit('shutdown') },
  ])('ends with the first $what', ({ command }) => {
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
