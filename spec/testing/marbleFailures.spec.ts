import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concat, delay, map, NEVER, of, takeWhile, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { type Behavior, send, topic } from '../../lib/index.js';
import { type MarbleHelpers, marbles as marblesOf, message } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

/** What a test throws when it is run. */
function failureOf(test: (helpers: MarbleHelpers) => void, wrap = marbles): Error {
  try {
    wrap(test)();
  } catch (error) {
    return error as Error;
  }
  throw new Error('the test has passed');
}

const textOf = (test: (helpers: MarbleHelpers) => void): string => failureOf(test).message;

/** The line of this file that a line of a stack tells of. */
const lineOf = (frame: string | undefined): number =>
  Number(/marbleFailures\.spec\.ts:(\d+):/.exec(frame ?? '')?.[1]);

const said = topic<string>('said');
const echo =
  (change: (text: string) => string): Behavior =>
  (inbox) =>
    inbox.pipe(
      takeWhile(({ topic }) => topic !== 'leave'),
      map(({ payload }) => send('client', said, change(payload as string))),
    );

/** The marble test of the README, of another behaviour each. */
const against =
  (behavior: Behavior) =>
  ({ hot, run, expectObservable, expectSubscriptions }: MarbleHelpers): void => {
    const inbox = hot('  ---m--m-l', { m: message(said, 'hello'), l: message('leave') });
    const subscribed = ' ^-------!';
    const expected = '   ---s--s-|';

    expectObservable(run(behavior, inbox)).toBe(expected, { s: send('client', said, 'hello') });
    expectSubscriptions(inbox.subscriptions).toBe(subscribed);
  };

const same = echo((text) => text);

describe('a marble test that fails', () => {
  it.each<{ what: string; behavior: Behavior; text: string }>([
    {
      what: 'another time',
      behavior: (inbox, self) => concat(same(inbox, self) as typeof NEVER).pipe(delay(1)),
      text: `\
expectObservable (expectation 1) differs from its diagram at 3 ms

expected: ---s--s-|
actual:   ----s--s|`,
    },
    {
      what: 'another value',
      behavior: echo((text) => text.toUpperCase()),
      text: `\
expectObservable (expectation 1) differs from its diagram at 3 ms

expected: ---s--s-|
actual:   ---A--A-|

s  expected  { type: 'send', to: 'client', topic: 'said', payload: 'hello' }
A  actual    { type: 'send', to: 'client', topic: 'said', payload: 'HELLO' }
             payload: 'HELLO' instead of 'hello'`,
    },
    {
      what: 'a completion that is missing',
      behavior: (inbox, self) => concat(same(inbox, self) as typeof NEVER, NEVER),
      text: `\
expectObservable (expectation 1) differs from its diagram at 8 ms

expected: ---s--s-|
actual:   ---s--s--`,
    },
    {
      what: 'a subscription too many',
      behavior: (inbox, self) => {
        inbox.subscribe();
        return same(inbox, self);
      },
      text: `\
expectSubscriptions (expectation 2) differs from its diagram at 0 ms

expected: ^-------!
actual:   ^--------
          ^-------!`,
    },
    {
      what: 'an error, and all that fails with it',
      behavior: echo(() => {
        throw new TypeError('no text');
      }),
      text: `\
expectObservable (expectation 1) differs from its diagram at 3 ms

expected: ---s--s-|
actual:   ---#

#  actual    TypeError: no text

expectSubscriptions (expectation 2) differs from its diagram at 3 ms

expected: ^-------!
actual:   ^--!`,
    },
  ])('shows $what in both diagrams', ({ behavior, text }) => {
    expect(textOf(against(behavior))).toBe(text);
  });

  it.each<{ what: string; test: (helpers: MarbleHelpers) => void; lines: string[] }>([
    {
      what: 'long pauses as times',
      test: ({ expectObservable }) => expectObservable(timer(62_000)).toBe('1m -(a|)', { a: 0 }),
      lines: ['at 60001 ms', '', 'expected: 60001ms (a|)', 'actual:   60001ms ---- 1995ms (a|)'],
    },
    {
      what: 'a time in seconds or minutes',
      test: ({ expectObservable }) => expectObservable(timer(60_000)).toBe('1m 2s a', { a: 0 }),
      lines: ['at 60000 ms', '', 'expected: 1m ---- 1996ms a', 'actual:   1m (a|)'],
    },
    {
      what: 'a time that is no whole number',
      test: ({ expectObservable }) => expectObservable(timer(1.5)).toBe('-(a|)', { a: 0 }),
      lines: ['at 1 ms', '', 'expected: -(a|)', 'actual:   --(a|)'],
    },
    {
      what: 'what follows sooner than a group allows',
      test: ({ expectObservable }) =>
        expectObservable(concat(of(1, 2), of(3).pipe(delay(1)))).toBe('(ab)c', {
          a: 1,
          b: 2,
          c: 3,
        }),
      lines: ['at 1 ms', '', 'expected: (ab)   c', 'actual:   (ab)(c|)'],
    },
    {
      what: 'letters that are their own values, and what is none in capitals',
      test: ({ expectObservable }) => expectObservable(of('x', 'y', 7, 'long')).toBe('(xz7|)'),
      lines: [
        'at 0 ms',
        '',
        'expected: (xz7|)',
        'actual:   (xyAB|)',
        '',
        "x  expected  'x'",
        "z  expected  'z'",
        "7  expected  '7'",
        'A  actual    7',
        "B  actual    'long'",
      ],
    },
    {
      what: 'values that have two letters by the one that is expected',
      test: ({ expectObservable }) =>
        expectObservable(of(1, 1, 2)).toBe('(ab|)', { a: 1, b: 1, c: 2 }),
      lines: ['at 0 ms', '', 'expected: (ab|)', 'actual:   (abc|)'],
    },
    {
      what: 'an expectation that is an observable',
      test: ({ cold, expectObservable }) =>
        expectObservable(cold('-a--b|', { a: [1], b: [2, { n: 2 }] })).toEqual(
          cold('-a--c|', { a: [1], c: [2, { n: 3 }] }),
        ),
      lines: [
        'at 4 ms',
        '',
        'expected: -A--B|',
        'actual:   -A--C|',
        '',
        'B  expected  [ 2, { n: 3 } ]',
        'C  actual    [ 2, { n: 2 } ]',
        '             1.n: 2 instead of 3',
      ],
    },
    {
      what: 'the parts of each value that differ, once for each value',
      test: ({ cold, expectObservable }) =>
        expectObservable(cold('abab|', { a: { n: 1 }, b: { n: 2 } })).toBe('cdcd|', {
          c: { n: 1, to: 'x' },
          d: { n: 2, to: 'x' },
        }),
      lines: [
        'at 0 ms',
        '',
        'expected: cdcd|',
        'actual:   ABAB|',
        '',
        "c  expected  { n: 1, to: 'x' }",
        'A  actual    { n: 1 }',
        "             to: undefined instead of 'x'",
        "d  expected  { n: 2, to: 'x' }",
        'B  actual    { n: 2 }',
        "             to: undefined instead of 'x'",
      ],
    },
    {
      what: 'the parts of two texts of JSON',
      test: ({ expectObservable }) =>
        expectObservable(of({ data: '{"user":{"name":"ada"},"n":1}' })).toBe('(a|)', {
          a: { data: '{"user":{"name":"bob"}, "n":1}' },
        }),
      lines: [
        'at 0 ms',
        '',
        'expected: (a|)',
        'actual:   (A|)',
        '',
        `a  expected  { data: '{"user":{"name":"bob"}, "n":1}' }`,
        `A  actual    { data: '{"user":{"name":"ada"},"n":1}' }`,
        "             data(JSON).user.name: 'ada' instead of 'bob'",
      ],
    },
    {
      what: 'two texts of JSON that say the same, and two of which one is none, as texts',
      test: ({ expectObservable }) =>
        expectObservable(of({ same: '[1]', half: '[1]' })).toBe('(a|)', {
          a: { same: '[ 1 ]', half: '[1' },
        }),
      lines: [
        'at 0 ms',
        '',
        'expected: (a|)',
        'actual:   (A|)',
        '',
        "a  expected  { same: '[ 1 ]', half: '[1' }",
        "A  actual    { same: '[1]', half: '[1]' }",
        "             same: '[1]' instead of '[ 1 ]'",
        "             half: '[1]' instead of '[1'",
      ],
    },
    {
      what: 'another error',
      test: ({ expectObservable }) => expectObservable(throwError(() => new Error('x'))).toBe('#'),
      lines: [
        'at 0 ms',
        '',
        'expected: #',
        'actual:   #',
        '',
        "#  expected  'error'",
        '#  actual    Error: x',
      ],
    },
    {
      what: 'values too different to name the parts',
      test: ({ expectObservable }) =>
        expectObservable(of({ a: 1, b: 2, c: 3, d: 4 })).toBe('(a|)', { a: {} }),
      lines: [
        'at 0 ms',
        '',
        'expected: (a|)',
        'actual:   (A|)',
        '',
        'a  expected  {}',
        'A  actual    { a: 1, b: 2, c: 3, d: 4 }',
      ],
    },
  ])('draws $what', ({ test, lines }) => {
    expect(textOf(test).split(' differs from its diagram ')[1]?.split('\n')).toEqual(lines);
  });

  it.each<{ what: string; diagram: string[]; rows: string[] }>([
    { what: 'none', diagram: [], rows: ['expected: nothing', 'actual:   ^-!'] },
    {
      what: 'two',
      diagram: ['^-!', '---(^!)'],
      rows: ['expected: ^-!', '          ---(^!)', 'actual:   ^-!'],
    },
    { what: 'one for ever', diagram: ['^'], rows: ['expected: ^--', 'actual:   ^-!'] },
  ])('shows one subscription where $what had been drawn', ({ diagram, rows }) => {
    const text = textOf(({ cold, expectSubscriptions }) => {
      const source = cold('--|');
      source.subscribe();
      expectSubscriptions(source.subscriptions).toBe(diagram);
    });

    expect(text.split('\n').slice(2)).toEqual(rows);
  });

  it('has the stack of the first toBe that failed, and the error that was not expected as its cause', () => {
    const boom = new Error('boom');
    let above = 0;
    const failure = failureOf(({ expectObservable }) => {
      expectObservable(NEVER).toBe('-');
      const fails = expectObservable(throwError(() => boom));
      above = lineOf(new Error().stack?.split('\n')[1]);
      fails.toBe('-');
      expectObservable(NEVER).toBe('a');
    });

    const [first] = failure.stack?.split('\n').filter((line) => /^ +at /.test(line)) ?? [];
    expect(lineOf(first)).toBe(above + 1);
    expect(failure.cause).toBe(boom);
    expect(failure.stack).toContain(failure.message);
    expect(failure.message.match(/expectation \d/g)).toEqual(['expectation 2', 'expectation 3']);
  });

  it('tells of a flush in its midst at once', () => {
    const ran: string[] = [];
    const text = textOf(({ expectObservable, flush }) => {
      expectObservable(NEVER).toBe('a');
      flush();
      ran.push('after');
    });

    expect([text.split('\n').at(-2), ran]).toEqual(['expected: a', []]);
  });

  it('hands on what the runner says where the diagrams are the same', () => {
    const strict = marblesOf((actual) => {
      if (Array.isArray(actual)) throw new Error('not the same arrays');
    });

    expect(
      failureOf(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 1 }), strict)
        .message,
    ).toBe('not the same arrays');
  });

  it('looks the same with assert', () => {
    const wrap = marblesOf(assert.deepEqual);
    const test = against(echo((text) => text.toUpperCase()));

    expect(failureOf(test, wrap).message).toBe(textOf(test));
  });

  it('draws diagrams that rxjs reads back', () => {
    const sign = fc.constantFrom('a', 'b', 'c', '-', '(ab)', ' 20ms ', ' 1s ');
    const diagram = fc.array(sign, { maxLength: 8 }).map((signs) => `-${signs.join('')}`);
    const values = { a: 1, b: 2, c: 3 };
    const read = (row: string | undefined): unknown =>
      new TestScheduler(() => {}).run(() =>
        TestScheduler.parseMarbles(row ?? '', values, undefined, false, true),
      );

    fc.assert(
      fc.property(diagram, diagram, (actual, expected) => {
        fc.pre(JSON.stringify(read(actual)) !== JSON.stringify(read(expected)));
        const text = textOf(({ hot, expectObservable }) =>
          expectObservable(hot(actual, values)).toBe(expected, values),
        );
        const [, , first, second] = text.split('\n').map((line) => line.slice(10));

        expect([read(second), read(first)]).toEqual([read(actual), read(expected)]);
      }),
    );
  });
});
