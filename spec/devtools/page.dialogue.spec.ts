import { describe, expect, it } from '@jest/globals';
import { NEVER, of, Subject } from 'rxjs';
import { dialogue, type Reply } from '../../lib/devtools/page/server/dialogue.js';
import type { Watch } from '../../lib/devtools/wire/ask.js';
import { marbles } from '../support/marbles.js';

const HELLO = { version: '1', node: 'a', actions: false, payloads: false, now: 0 };
const TREE: Watch = { watch: 'tree' };
const all = <T>(replies$: T): T => replies$;

const frames = {
  h: JSON.stringify({ hello: HELLO }),
  a: JSON.stringify({ id: 1, value: 'a' }),
  b: JSON.stringify({ id: 2, value: 'b' }),
  e: JSON.stringify({ id: 1, end: true }),
  x: JSON.stringify({ id: 1, error: { code: 'NotFound', text: 'no' } }),
};
const opens = { o: true, c: false };

describe('dialogue', () => {
  it(
    'watches when the server has said hello, and hears what has its id until that ends',
    marbles(({ hot, expectObservable }) => {
      const frames$ = hot(' -h-a-b-e-a-', frames);
      const expected = '   ---a---e---';

      const { watch } = dialogue({ frames$, isOpen$: NEVER, send: () => {} });

      expectObservable(watch(of(TREE), all)).toBe(expected, {
        a: { id: 1, value: 'a' },
        e: { id: 1, end: true },
      });
    }),
  );

  it(
    'watches anew on each connection, by another id (DV17)',
    marbles(({ hot, expectObservable, flush }) => {
      const sent: object[] = [];
      const isOpen$ = hot('o----c-o----', opens);
      const frames$ = hot(' -h-a----h-b-', frames);
      const expected = '   ---a------b-';

      const { watch } = dialogue({ frames$, isOpen$, send: (text) => sent.push(JSON.parse(text)) });

      expectObservable(watch(of(TREE), all)).toBe(expected, {
        a: { id: 1, value: 'a' },
        b: { id: 2, value: 'b' },
      });
      flush();
      expect(sent).toEqual([
        { id: 1, ...TREE },
        { id: 1, stop: true },
        { id: 2, ...TREE },
      ]);
    }),
  );

  it('moves the window of a watch by asking with the same id, and stops it where nobody listens (DV14)', () => {
    const [frames$, asks$, sent] = [new Subject<string>(), new Subject<Watch>(), [] as object[]];
    const { watch } = dialogue({
      frames$,
      isOpen$: NEVER,
      send: (text) => sent.push(JSON.parse(text)),
    });
    const window = {
      watch: 'channels',
      sort: 'name',
      descending: false,
      filter: '',
      count: 9,
    } as const;

    const subscription = watch(asks$, all).subscribe();
    frames$.next(frames.h);
    asks$.next({ ...window, from: 0 });
    asks$.next({ ...window, from: 10 });
    subscription.unsubscribe();

    expect(sent).toEqual([
      { id: 1, ...window, from: 0 },
      { id: 1, ...window, from: 10 },
      { id: 1, stop: true },
    ]);
  });

  it.each([
    { what: 'has ended', frame: frames.e },
    { what: 'was refused', frame: frames.x },
  ])('does not stop what $what', ({ frame }) => {
    const [frames$, sent, heard] = [new Subject<string>(), [] as object[], [] as Reply[]];
    const { watch } = dialogue({
      frames$,
      isOpen$: NEVER,
      send: (text) => sent.push(JSON.parse(text)),
    });

    const subscription = watch(of(TREE), all).subscribe((reply) => heard.push(reply));
    frames$.next(frames.h);
    frames$.next(frame);
    subscription.unsubscribe();

    expect(sent).toEqual([{ id: 1, ...TREE }]);
    expect(heard).toEqual([JSON.parse(frame)]);
  });

  it(
    'answers a question once, refuses it as the server does, and fails it with the connection (DV17)',
    marbles(({ hot, expectObservable }) => {
      const act = { act: 'terminate', pid: 'p' } as const;
      const ask = (
        frames$: ReturnType<typeof hot<string>>,
        isOpen$: ReturnType<typeof hot<boolean>>,
      ) => {
        const talk = dialogue({ frames$, isOpen$, send: () => {} });
        // Somebody always listens to it.
        talk.hello$.subscribe();
        return talk.ask(act);
      };

      expectObservable(ask(hot('h-a-a', frames), hot('-----', opens)), ' -^').toBe('--(a|)');
      expectObservable(ask(hot('h-x--', frames), hot('-----', opens)), ' -^').toBe(
        '--#',
        {},
        { code: 'NotFound', text: 'no' },
      );
      expectObservable(ask(hot('h----', frames), hot('---c-', opens)), ' -^').toBe(
        '---#',
        {},
        {
          code: 'disconnected',
          text: 'The server is not connected.',
        },
      );
    }),
  );
});
