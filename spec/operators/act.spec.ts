import { describe, expect, it } from '@jest/globals';
import {
  EMPTY,
  map,
  NEVER,
  type ObservableInput,
  of,
  Subject,
  take,
  throwError,
  timer,
} from 'rxjs';
import { type Holdable, setDelivering } from '../../lib/core/index.js';
import {
  act,
  type Command,
  done,
  type Message,
  type Output,
  report,
  send,
  topic,
} from '../../lib/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';

const job = topic<string>('job');
const values = { a: message(job, 'a'), b: message(job, 'b'), c: message(job, 'c') };
const sent = (text: string): Command => send('log', job, text);
const boom = new Error('boom');
const out = {
  A: sent('a'),
  B: sent('b'),
  C: sent('c'),
  d: done(1),
  x: report(boom, values.a),
  y: report(boom, values.b),
};
const answer = ({ payload }: Message): Command => sent(payload as string);

describe('act, when results are there at once', () => {
  it.each([
    {
      what: 'emits the command of each message',
      diagram: ' -a-b-(ca)|',
      subs: '    ^--------!',
      expected: '-A-B-(CA)|',
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
      what: 'passes an error of its source on',
      diagram: ' -a-#',
      subs: '    ^--!',
      expected: '-A-#',
    },
    {
      what: 'stays silent with its source',
      diagram: ' -',
      subs: '    ^',
      expected: '-',
    },
    {
      what: 'handles a message in the frame of the end',
      diagram: ' -(a|)',
      subs: '    ^!',
      expected: '-(A|)',
    },
  ])('$what', ({ diagram, subs, expected }) => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot(diagram, values);

      expectObservable(inbox.pipe(act(answer))).toBe(expected, out);
      expectSubscriptions(inbox.subscriptions).toBe(subs);
    })();
  });

  it.each<{ what: string; project: () => ObservableInput<Output> | Output; expected: string }>([
    { what: 'nothing', project: () => undefined, expected: '-' },
    { what: 'a command', project: () => sent('a'), expected: '-A-----A' },
    { what: 'an array', project: () => [sent('a'), sent('b')], expected: '-(AB)--(AB)' },
    { what: 'an empty array', project: () => [], expected: '-' },
    { what: 'an observable', project: () => of(sent('a'), sent('b')), expected: '-(AB)--(AB)' },
    { what: 'an empty observable', project: () => EMPTY, expected: '-' },
  ])('takes $what for a result', ({ project, expected }) => {
    marbles(({ hot, expectObservable }) => {
      const inbox = hot('-a-----b', values);

      expectObservable(inbox.pipe(act(project))).toBe(expected, out);
    })();
  });

  it('handles a message that the output of another causes', () => {
    const inbox = new Subject<Message>();
    const log: unknown[] = [];
    inbox.pipe(act(answer)).subscribe((command) => {
      log.push(command);
      if (log.length === 1) inbox.next(values.b);
    });
    inbox.next(values.a);

    expect(log).toEqual([sent('a'), sent('b')]);
  });
});

describe('act, when a result takes its time', () => {
  it(
    'handles one message after the other (M12)',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -abc----------', values);
      const work = cold('   ---(A|)       ', out);
      const subs = [
        '                  -^--!          ',
        '                  ----^--!       ',
        '                  -------^--!    ',
      ];
      const expected = '   ----A--A--A';

      expectObservable(inbox.pipe(act(() => work))).toBe(expected, out);
      expectSubscriptions(work.subscriptions).toBe(subs);
    }),
  );

  it(
    'handles as many at once as concurrency says',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -abc|         ', values);
      const work = cold('   ----(A|)      ', out);
      const subs = [
        '                  -^---!         ',
        '                  --^---!        ',
        '                  -----^---!     ',
      ];
      const expected = '   -----AA--(A|)';

      expectObservable(inbox.pipe(act(() => work, { concurrency: 2 }))).toBe(expected, out);
      expectSubscriptions(work.subscriptions).toBe(subs);
    }),
  );

  it(
    'finishes what it has begun before it completes',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -ab|      ', values);
      const work = cold('   ---(A|)   ', out);
      const subs = ['                  -^--!      ', '                  ----^--!   '];
      const expected = '   ----A--(A|)';

      expectObservable(inbox.pipe(act(() => work))).toBe(expected, out);
      expectSubscriptions(work.subscriptions).toBe(subs);
    }),
  );

  it(
    'handles what waited also when some of it is done at once',
    marbles(({ cold, hot, expectObservable }) => {
      const inbox = hot('  -abc|', values);
      const work = cold('   -----(A|)', out);
      const expected = '   ------(ABC|)';

      const out$ = inbox.pipe(act((m) => (m === values.a ? work : answer(m))));

      expectObservable(out$).toBe(expected, out);
    }),
  );

  it('handles any number that waited without piling them up on the stack', () => {
    const gate = new Subject<never>();
    const source = new Subject<number>();
    let handled = 0;
    const count = act<number>((n) => {
      handled++;
      return n === 0 ? gate : of(undefined);
    });
    source.pipe(count).subscribe();
    for (let n = 0; n <= 50_000; n++) source.next(n);
    gate.complete();

    expect(handled).toBe(50_001);
  });

  it(
    'gives up what it has begun when its source errors',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -ab#   ', values, boom);
      const work = cold('   ---(A|)', out);
      const subs = '       -^-!   ';
      const expected = '   ---#';

      expectObservable(inbox.pipe(act(() => work))).toBe(expected, out, boom);
      expectSubscriptions(work.subscriptions).toBe(subs);
    }),
  );

  it(
    'gives up what it has begun, and what waits, when unsubscribed early',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -ab    ', values);
      const work = cold('   ---(A|)', out);
      const unsub = '      ^--!   ';
      const subs = '       -^-!   ';
      const expected = '   -';

      expectObservable(inbox.pipe(act(() => work)), unsub).toBe(expected, out);
      expectSubscriptions(inbox.subscriptions).toBe(unsub);
      expectSubscriptions(work.subscriptions).toBe(subs);
    }),
  );

  it(
    'works for each of two subscribers',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -a--b|  ', values);
      const late = '       ---^    ';
      const work = cold('   -(A|)   ', out);
      const subs = [
        '                  -^!     ',
        '                  ----^!  ',
        '                  ----^!  ',
      ];
      const expected1 = '  --A--(A|)';
      const expected2 = '  -----(A|)';

      const out$ = inbox.pipe(act(() => work));

      expectObservable(out$).toBe(expected1, out);
      expectObservable(out$, late).toBe(expected2, out);
      expectSubscriptions(work.subscriptions).toBe(subs);
    }),
  );
});

describe('act, with a mailbox that can be held', () => {
  const holds = new Set<object>();
  const mailbox: Holdable = {
    hold: () => {
      const hold = {};
      holds.add(hold);
      return () => holds.delete(hold);
    },
    bindContext: (run) => run,
    passed: () => {},
  };
  const deliver = (source: Subject<Message>, m: Message): void => {
    setDelivering(mailbox);
    source.next(m);
    setDelivering(undefined);
  };

  it('holds it from the last free place on until there is one again (M12)', () => {
    const source = new Subject<Message>();
    const work = new Subject<never>();
    source.pipe(act(() => work, { concurrency: 2 })).subscribe();
    const held = [values.a, values.b].map((m) => {
      deliver(source, m);
      return holds.size;
    });
    work.complete();

    expect([...held, holds.size]).toEqual([0, 1, 0]);
  });

  it('does not hold it for results that are there at once', () => {
    const source = new Subject<Message>();
    source.pipe(act(() => of(sent('a')))).subscribe();
    deliver(source, values.a);

    expect(holds.size).toBe(0);
  });

  it('lets go of it for all that is in work or waits when it is left', () => {
    const source = new Subject<Message>();
    const subscription = source.pipe(act(() => NEVER)).subscribe();
    deliver(source, values.a);
    deliver(source, values.b);
    expect(holds.size).toBe(2);
    subscription.unsubscribe();

    expect(holds.size).toBe(0);
  });
});

describe('act, when a message fails', () => {
  const fails: { what: string; project: () => ObservableInput<Output> }[] = [
    {
      what: 'that throws',
      project: () => {
        throw boom;
      },
    },
    { what: 'that errors', project: () => throwError(() => boom) },
    {
      what: 'that errors later',
      project: () =>
        timer(1).pipe(
          map(() => {
            throw boom;
          }),
        ),
    },
  ];

  it.each(fails)(
    'reports a project $what, and handles the next message (M12)',
    ({ what, project }) => {
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const inbox = hot('  -a--b--|', values);
        const subs = '       ^------!';
        const expected = what.endsWith('later') ? '--x--y-|' : '-x--y--|';

        expectObservable(inbox.pipe(act(project))).toBe(expected, out);
        expectSubscriptions(inbox.subscriptions).toBe(subs);
      })();
    },
  );

  it.each(fails)(
    'ends with the error of a project $what, when told to crash',
    ({ what, project }) => {
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const inbox = hot('  -a--b--|', values);
        const subs = what.endsWith('later') ? '    ^-!' : '^!';
        const expected = what.endsWith('later') ? '--#' : '-#';

        expectObservable(inbox.pipe(act(project, { onError: 'crash' }))).toBe(expected, out, boom);
        expectSubscriptions(inbox.subscriptions).toBe(subs);
      })();
    },
  );

  it(
    'reports after what the message had emitted before it failed',
    marbles(({ cold, hot, expectObservable }) => {
      const inbox = hot('  -ab   ', values);
      const work = cold('   A-#   ', out, boom);
      const expected = '   -A-(xA|)';

      const out$ = inbox.pipe(
        act(() => work),
        take(3),
      );

      expectObservable(out$).toBe(expected, out);
    }),
  );

  it('begins nothing of what waits once it has crashed', () => {
    const begun: unknown[] = [];
    const gate = new Subject<never>();
    const source = new Subject<Message>();
    const crash = act<Message>(
      (m) => {
        begun.push(m.payload);
        return gate;
      },
      { onError: 'crash' },
    );
    source.pipe(crash).subscribe({ error() {} });
    source.next(values.a);
    source.next(values.b);
    gate.error(boom);

    expect(begun).toEqual(['a']);
  });

  it('begins nothing once it is left, also in the midst of a source that emits at once', () => {
    const begun: unknown[] = [];
    const begin = (m: Message): Output => {
      begun.push(m.payload);
      return done(1);
    };
    of(values.a, values.b).pipe(act(begin), take(1)).subscribe();

    expect(begun).toEqual(['a']);
  });

  it.each([0, -1, Number.NaN])(
    'refuses a concurrency of %s: nothing would ever be handled',
    (n) => {
      expect(() => act(() => undefined, { concurrency: n })).toThrow(/concurrency/);
    },
  );
});
