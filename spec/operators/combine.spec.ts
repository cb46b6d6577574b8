import { describe, expect, it } from '@jest/globals';
import {
  EMPTY,
  firstValueFrom,
  from,
  ignoreElements,
  map,
  NEVER,
  of,
  take,
  throwError,
  timer,
} from 'rxjs';
import {
  act,
  type Behavior,
  combine,
  createSystem,
  done,
  exit,
  ofTopic,
  receive,
  send,
  topic,
} from '../../lib/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';

const apple = topic<number>('apple');
const bread = topic<number>('bread');
const values = { a: message(apple, 1), b: message(bread, 2) };
const outputs = {
  A: send('apples', apple, 1),
  B: send('breads', bread, 2),
  d: done(3),
  x: exit('kill'),
};

const apples: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(apple),
    map((m) => send('apples', apple, m.payload)),
  );
const breads: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(bread),
    map((m) => send('breads', bread, m.payload)),
  );
const once =
  (behavior: Behavior): Behavior =>
  (inbox, self) =>
    behavior(inbox.pipe(take(1)), self);
const boom = new Error('boom');

describe('combine', () => {
  it.each<{ what: string; behavior: Behavior; diagram: string; subs: string[]; expected: string }>([
    {
      what: 'gives every message to all of them',
      behavior: combine(apples, breads),
      diagram: '-a-b-|',
      subs: ['^----!', '^----!'],
      expected: '-A-B-|',
    },
    {
      what: 'goes on until all have completed',
      behavior: combine(once(apples), breads),
      diagram: '-a-b-|',
      subs: ['^!', '^----!'],
      expected: '-A-B-|',
    },
    {
      what: 'ends once all have',
      behavior: combine(once(apples), once(breads)),
      diagram: '-a-b-|',
      subs: ['^!', '^!'],
      expected: '-(A|)',
    },
    {
      what: 'ends all at the first done',
      behavior: combine(apples, () => of(done(3)), breads),
      diagram: '-a-b-|',
      subs: ['(^!)'],
      expected: '(d|)',
    },
    {
      what: 'ends all at an exit',
      behavior: combine(breads, (inbox) => inbox.pipe(map(() => exit('kill')))),
      diagram: '-a-b-|',
      subs: ['^!', '^!'],
      expected: '-(x|)',
    },
    {
      what: 'ends all at an error',
      behavior: combine(apples, () => throwError(() => boom), breads),
      diagram: '-a-b-|',
      subs: ['(^!)'],
      expected: '#',
    },
    {
      what: 'errors when one of them throws in its call (S8)',
      behavior: combine(apples, () => {
        throw boom;
      }),
      diagram: '-a-b-|',
      subs: ['(^!)'],
      expected: '#',
    },
    {
      what: 'stays while one does',
      behavior: combine(
        () => EMPTY,
        () => NEVER,
      ),
      diagram: '-a-b-|',
      subs: [],
      expected: '-',
    },
    {
      what: 'completes at once when there are none',
      behavior: combine(),
      diagram: '-a-b-|',
      subs: [],
      expected: '|',
    },
    {
      what: 'is a behaviour to combine',
      behavior: combine(combine(apples), combine(breads)),
      diagram: '-b-a-|',
      subs: ['^----!', '^----!'],
      expected: '-B-A-|',
    },
  ])('$what', ({ behavior, diagram, subs, expected }) => {
    marbles(({ hot, run, expectObservable, expectSubscriptions }) => {
      const inbox = hot(diagram, values);

      expectObservable(run(behavior, inbox)).toBe(expected, outputs, boom);
      expectSubscriptions(inbox.subscriptions).toBe(subs);
    })();
  });

  it(
    'leaves the inbox in the name of all when unsubscribed early',
    marbles(({ hot, run, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -a-b', values);
      const unsub = '      ^-!';
      const expected = '   -A';

      expectObservable(run(combine(apples, breads), inbox), unsub).toBe(expected, outputs);
      expectSubscriptions(inbox.subscriptions).toBe([unsub, unsub]);
    }),
  );

  it('gives all of them one self', () => {
    const self = fakeSelf();
    const seen: unknown[] = [];
    const note: Behavior = (_, self) => {
      seen.push(self);
      return EMPTY;
    };
    from(combine(note, note)(NEVER, self)).subscribe();

    expect(seen).toEqual([self, self]);
  });

  it('shows all the same messages in the same order, those they send themselves included (M4)', () => {
    const system = testSystem();
    const log: string[] = [];
    const listen =
      (name: string): Behavior =>
      (inbox, self) =>
        inbox.pipe(
          map(({ payload }) => {
            log.push(`${name}${payload}`);
            return name === 'A' && payload === 1 ? send(self.pid, apple, 2) : undefined;
          }),
        );
    system.spawn(combine(listen('A'), listen('B')), { messages: [message(apple, 1)] });
    system.flush();

    expect(log).toEqual(['A1', 'B1', 'A2', 'B2']);
  });

  it('holds a message for all while one of them does (M12)', () => {
    const system = testSystem();
    const log: unknown[] = [];
    const slow: Behavior = (inbox) =>
      inbox.pipe(act(() => timer(10, system.scheduler).pipe(ignoreElements())));
    const quick: Behavior = (inbox) =>
      inbox.pipe(map((m) => void log.push([system.scheduler.now(), m.payload])));
    system.spawn(combine(slow, quick), { messages: [message(apple, 1), message(apple, 2)] });
    system.advance(20);

    expect(log).toEqual([
      [0, 1],
      [10, 2],
    ]);
  });

  it('takes async generators beside pipelines', async () => {
    const system = createSystem();
    const watcher = probe(system);
    const pulls: Behavior = async function* (inbox) {
      for await (const { payload } of receive(inbox))
        yield send(watcher.pid, bread, payload as number);
    };
    const pipes: Behavior = (inbox) =>
      inbox.pipe(map((m) => send(watcher.pid, apple, m.payload as number)));
    system.spawn(combine(pulls, pipes), { messages: [message('x', 1), message('x', 2)] });

    expect((await watcher.expect(bread)).payload).toBe(1);
    expect((await watcher.expect(bread)).payload).toBe(2);
    expect((await watcher.expect(apple)).payload).toBe(1);
    expect((await watcher.expect(apple)).payload).toBe(2);
  });

  it('calls none after one that has ended it, so that no promise is left alone (S8)', async () => {
    const called: string[] = [];
    const both = combine(
      () => of(done('first')),
      async () => {
        called.push('second');
      },
    );
    const value = await firstValueFrom(createSystem().exec(both));

    expect([value, called]).toEqual(['first', []]);
  });
});
