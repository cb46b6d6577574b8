import { describe, expect, it } from '@jest/globals';
import { of, Subject, take } from 'rxjs';
import {
  type Behavior,
  done,
  type Message,
  type Step,
  send,
  topic,
  transition,
} from '../../lib/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';

/** Sums numbers; emits each sum, and nothing for 0. */
const sum = (total: number, n: number): Step<number, number> =>
  n === 0 ? [total] : [total + n, total + n];
const numbers = { '0': 0, '1': 1, '2': 2, '3': 3, '6': 6 };
const summed = transition<number, number, number>([0], sum);

describe('transition', () => {
  it.each([
    {
      what: 'emits what each step emits',
      diagram: ' -1-2-3-|',
      subs: '    ^------!',
      expected: '-1-3-6-|',
    },
    {
      what: 'emits nothing for a step without output',
      diagram: ' -0-1-|',
      subs: '    ^----!',
      expected: '---1-|',
    },
    {
      what: 'completes with its source',
      diagram: ' ---|',
      subs: '    ^--!',
      expected: '---|',
    },
    {
      what: 'completes at once with an empty one',
      diagram: ' |',
      subs: '    (^!)',
      expected: '|',
    },
    {
      what: 'passes an error on',
      diagram: ' -1-#',
      subs: '    ^--!',
      expected: '-1-#',
    },
    {
      what: 'stays silent with its source',
      diagram: ' -',
      subs: '    ^',
      expected: '-',
    },
    {
      what: 'takes an event in the frame of the end',
      diagram: ' -(12|)',
      subs: '    ^!',
      expected: '-(13|)',
    },
  ])('$what', ({ diagram, subs, expected }) => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const events = hot(diagram, numbers);

      const out$ = events.pipe(summed);

      expectObservable(out$).toBe(expected, numbers);
      expectSubscriptions(events.subscriptions).toBe(subs);
    })();
  });

  it(
    'emits the outputs of its initial state on subscription, and several outputs in order',
    marbles(({ hot, expectObservable }) => {
      const events = hot(' -------1', numbers);
      const late = '       --^';
      const expected = '   --(12)-(36)';

      const out$ = events.pipe(transition<string, number, number>(['', 1, 2], () => ['', 3, 6]));

      expectObservable(out$, late).toBe(expected, numbers);
    }),
  );

  it(
    'keeps a state of its own for each of two subscribers',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const events = hot(' -1-2-|', numbers);
      const late = '       --^';
      const subs = ['      ^----!', '--^--!'];
      const expected1 = '  -1-3-|';
      const expected2 = '  ---2-|';

      const out$ = events.pipe(summed);

      expectObservable(out$).toBe(expected1, numbers);
      expectObservable(out$, late).toBe(expected2, numbers);
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it(
    'errors and leaves its source when the step throws',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const events = hot(' -1-2-3', numbers);
      const subs = '       ^--!';
      const expected = '   -1-#';
      const boom = new RangeError('boom');

      const out$ = events.pipe(
        transition<number, number, number>([0], (_, n) => {
          if (n === 2) throw boom;
          return [n, n];
        }),
      );

      expectObservable(out$).toBe(expected, numbers, boom);
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it(
    'leaves its source when unsubscribed early',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const events = hot(' -1-2-3', numbers);
      const unsub = '      ^---!';
      const expected = '   -1-3';

      expectObservable(events.pipe(summed), unsub).toBe(expected, numbers);
      expectSubscriptions(events.subscriptions).toBe(unsub);
    }),
  );

  it('takes no step more once it is left, also in the midst of a source that emits at once', () => {
    const stepped: number[] = [];
    const step = (_: number, n: number): Step<number, number> => {
      stepped.push(n);
      return [n, n];
    };
    const seen: number[] = [];
    of(1, 2, 3)
      .pipe(transition<number, number, number>([0], step), take(1))
      .subscribe((n) => seen.push(n));

    expect({ seen, stepped }).toEqual({ seen: [1], stepped: [1] });
  });

  it('takes no step more once one has thrown, also from a source that emits at once', () => {
    let steps = 0;
    const failing = (): Step<number, number> => {
      steps++;
      throw new Error('boom');
    };
    of(1, 2, 3)
      .pipe(transition<number, number, number>([0], failing))
      .subscribe({ error() {} });

    expect(steps).toBe(1);
  });

  it('shows an event that an output causes the state that it follows', () => {
    const events = new Subject<number>();
    const seen: number[] = [];
    events.pipe(summed).subscribe((total) => {
      seen.push(total);
      if (total === 1) events.next(2);
    });
    events.next(1);

    expect(seen).toEqual([1, 3]);
  });

  it('is a behaviour of a process that sends to itself (M4)', () => {
    const add = topic<number>('add');
    const system = testSystem();
    const watcher = probe(system);
    const counter: Behavior = (inbox, self) =>
      inbox.pipe(
        transition<number, Message>([0], (n) =>
          n === 3 ? [n, done(n)] : [n + 1, send(watcher.pid, add, n), send(self.pid, add, 1)],
        ),
      );
    const exits: unknown[] = [];
    const pid = system.spawn(counter, { messages: [message(add, 1)] });
    system.monitor(pid).subscribe(({ result }) => exits.push(result.value));
    system.flush();

    expect(watcher.messages.map((m) => m.payload)).toEqual([0, 1, 2]);
    expect(exits).toEqual([3]);
  });
});
