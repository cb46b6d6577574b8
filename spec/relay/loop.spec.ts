import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, type Observable, of, Subject, take } from 'rxjs';
import { loop, type Machine } from '../../lib/relay/loop.js';
import { marbles } from '../support/marbles.js';

type Letter = string;

/** By the letter of the state that listens to them. */
interface Streams {
  readonly [letter: string]: Observable<Letter>;
}

const boom = new Error('boom');

/** Says what it hears, listens to the stream of the last small letter, out at `-`; `!` is an error. */
const machine: Machine<Letter, Letter, Letter, Streams> = {
  first: () => ['', '0'],
  step: (state, event) => {
    if (event === '!') throw boom;
    const next = /[a-z-]/.test(event) ? event : state;
    return [next, event];
  },
  hasSameStreams: (before, after) => before === after,
  streams: [
    {
      key: (state) => (/[a-z]/.test(state) ? state : undefined),
      open: (state, streams) => streams[state] ?? NEVER,
    },
  ],
};

describe('loop', () => {
  it.each([
    {
      what: 'stays open with its source',
      diagram: ' -',
      subs: '    ^',
      expected: '0',
    },
    {
      what: 'ends with an empty source',
      diagram: ' |',
      subs: '    (^!)',
      expected: '(0|)',
    },
    {
      what: 'emits the first commands at once',
      diagram: ' --|',
      subs: '    ^-!',
      expected: '0-|',
    },
    {
      what: 'steps for each event',
      diagram: ' -1-(23)|',
      subs: '    ^------!',
      expected: '01-(23)|',
    },
    {
      what: 'passes on an error of the source',
      diagram: ' -1#',
      subs: '    ^-!',
      expected: '01#',
    },
  ])('$what', ({ diagram, subs, expected }) => {
    marbles((h) => {
      const source = h.hot(diagram);

      h.expectObservable(source.pipe(loop(machine, {}))).toBe(expected);
      h.expectSubscriptions(source.subscriptions).toBe(subs);
    })();
  });

  it(
    'listens to the stream of its state, and out of the one before',
    marbles((h) => {
      const source = h.hot(' -a-----b---|');
      const sourceSubs = '   ^----------!';
      const a = h.hot('      ---2-3---4-');
      const aSubs = '        -^-----!---';
      const b = h.hot('      --6------7--');
      const bSubs = '        -------^---!';
      const expected = '     0a-2-3-b-7-(8|)'.replace('(8|)', '|');

      const output = source.pipe(loop(machine, { a, b }));

      h.expectObservable(output).toBe(expected);
      h.expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      h.expectSubscriptions(a.subscriptions).toBe(aSubs);
      h.expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'stays subscribed while the key stays the same',
    marbles((h) => {
      const source = h.hot(' -a--a--1--|');
      const a = h.cold('      --2--3    ');
      const aSubs = '        -^--------!';
      const expected = '     0a-2a-31--|'.replace('2a-31', '2a-31');

      h.expectObservable(source.pipe(loop(machine, { a }))).toBe(expected);
      h.expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'goes on when a stream of the state completes, and does not subscribe it again',
    marbles((h) => {
      const source = h.hot(' -a----1--|');
      const a = h.cold('      --2|     ');
      const aSubs = '        -^--!     ';
      const expected = '     0a-2--1--|';

      h.expectObservable(source.pipe(loop(machine, { a }))).toBe(expected);
      h.expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'ends with the error of a stream of the state',
    marbles((h) => {
      const source = h.hot(' -a-----');
      const sourceSubs = '   ^--!   ';
      const a = h.cold('      --#    ');
      const expected = '     0a-#';

      h.expectObservable(source.pipe(loop(machine, { a }))).toBe(expected);
      h.expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    }),
  );

  it(
    'errors when the step throws, and releases everything',
    marbles((h) => {
      const source = h.hot(' -a-x-', { a: 'a', x: '!' });
      const sourceSubs = '   ^--!';
      const a = h.hot('      ------');
      const aSubs = '        -^-!';
      const expected = '     0a-#';

      h.expectObservable(source.pipe(loop(machine, { a }))).toBe(expected, undefined, boom);
      h.expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      h.expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'releases everything when it is unsubscribed',
    marbles((h) => {
      const source = h.hot(' -a-----');
      const sourceSubs = '   ^---!';
      const a = h.hot('      ---2-3-');
      const aSubs = '        -^--!';
      const unsub = '        ^---!';
      const expected = '     0a-2';

      h.expectObservable(source.pipe(loop(machine, { a })), unsub).toBe(expected);
      h.expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      h.expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'subscribes nothing after its consumer has left with a command',
    marbles((h) => {
      const source = h.hot(' -a-----');
      const sourceSubs = '   ^!';
      const a = h.hot('      -------');
      const expected = '     0(a|)';

      h.expectObservable(source.pipe(loop(machine, { a }), take(2))).toBe(expected);
      h.expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      h.expectSubscriptions(a.subscriptions).toBe([]);
    }),
  );

  it(
    'gives each subscriber a state of its own',
    marbles((h) => {
      const source = h.hot(' -a---1-|');
      const sourceSubs = ['                ^------!', '                --^----!'];
      const a = h.cold('      ---2    ');
      const aSubs = '        -^-----!';
      const early = '        0a--21-|';
      const late = '         --0--1-|';

      const output = source.pipe(loop(machine, { a }));

      h.expectObservable(output).toBe(early);
      h.expectObservable(output, '--^').toBe(late);
      h.expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      h.expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it('takes what a stream of the state emits at once, also when that switches to another (re-entrant)', () => {
    const a = new Subject<Letter>();
    const said: Letter[] = [];
    const source = new Subject<Letter>();
    const streams = { a: concat(of('b'), a), b: concat(of('1'), NEVER) };
    const subscription = source.pipe(loop(machine, streams)).subscribe((c) => said.push(c));
    source.next('a');

    expect(said).toEqual(['0', 'a', 'b', '1']);
    expect(a.observed).toBe(false);
    subscription.unsubscribe();
  });

  it('takes an event that one of its own commands causes', () => {
    const source = new Subject<Letter>();
    const said: Letter[] = [];
    source.pipe(loop(machine, {})).subscribe((command) => {
      said.push(command);
      if (command === '1') source.next('2');
    });
    source.next('1');
    source.next('3');

    expect(said).toEqual(['0', '1', '2', '3']);
  });
});
