import { describe, expect, it } from '@jest/globals';
import { map, Subject } from 'rxjs';
import { type Message, ofTopic, topic } from '../../lib/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';

const apple = topic<number>('apple');
const bread = topic<string>('bread');
const values = { a: message(apple, 1), b: message(bread, 'x'), c: message('cheese') };

describe('ofTopic', () => {
  it.each([
    {
      what: 'lets through the messages of its topic',
      diagram: ' -a-b-aa-|',
      subs: '    ^-------!',
      expected: '-a---aa-|',
    },
    {
      what: 'lets none of other topics through',
      diagram: ' -b-|',
      subs: '    ^--!',
      expected: '---|',
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
      diagram: ' -a-#',
      subs: '    ^--!',
      expected: '-a-#',
    },
    {
      what: 'stays silent with its source',
      diagram: ' -',
      subs: '    ^',
      expected: '-',
    },
  ])('$what', ({ diagram, subs, expected }) => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot(diagram, values);

      const out$ = inbox.pipe(ofTopic(apple));

      expectObservable(out$).toBe(expected, values);
      expectSubscriptions(inbox.subscriptions).toBe(subs);
    })();
  });

  it(
    'takes several topics',
    marbles(({ hot, expectObservable }) => {
      const inbox = hot('  -a-b-c-a|', values);
      const expected = '   -a-b---a|';

      const out$ = inbox.pipe(ofTopic(apple, bread));

      expectObservable(out$).toBe(expected, values);
    }),
  );

  it(
    'lets nothing through without a topic',
    marbles(({ hot, expectObservable }) => {
      const inbox = hot('  -a-b|', values);
      const expected = '   ----|';

      const out$ = inbox.pipe(ofTopic());

      expectObservable(out$).toBe(expected, values);
    }),
  );

  it(
    'leaves its source when unsubscribed early',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -a-a-a', values);
      const unsub = '      ^---!';
      const subs = '       ^---!';
      const expected = '   -a-a';

      const out$ = inbox.pipe(ofTopic(apple));

      expectObservable(out$, unsub).toBe(expected, values);
      expectSubscriptions(inbox.subscriptions).toBe(subs);
    }),
  );

  it(
    'lets a message through that comes in the frame of the end',
    marbles(({ hot, expectObservable }) => {
      const inbox = hot('  -(ba|)', values);
      const expected = '   -(a|)';

      const out$ = inbox.pipe(ofTopic(apple));

      expectObservable(out$).toBe(expected, values);
    }),
  );

  it(
    'serves two subscribers',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -a-b-a|', values);
      const subs = ['      ^-----!', '--^---!'];
      const late = '       --^';
      const expected1 = '  -a---a|';
      const expected2 = '  -----a|';

      const out$ = inbox.pipe(ofTopic(apple));

      expectObservable(out$).toBe(expected1, values);
      expectObservable(out$, late).toBe(expected2, values);
      expectSubscriptions(inbox.subscriptions).toBe(subs);
    }),
  );

  it('lets a message through that its own subscriber sends', () => {
    const inbox = new Subject<Message>();
    const seen: number[] = [];
    inbox.pipe(ofTopic(apple)).subscribe(({ payload }) => {
      seen.push(payload);
      if (payload < 3) inbox.next(message(apple, payload + 1));
    });
    inbox.next(message(apple, 1));

    expect(seen).toEqual([1, 2, 3]);
  });

  it(
    'gives each message its payload type',
    marbles(({ hot, expectObservable }) => {
      const inbox = hot('  -a', values);
      const expected = '   -2';

      const out$ = inbox.pipe(
        ofTopic(apple),
        map(({ payload }) => `${payload + 1}`),
      );

      expectObservable(out$).toBe(expected);
    }),
  );
});
