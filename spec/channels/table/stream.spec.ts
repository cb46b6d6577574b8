import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  config,
  filter,
  firstValueFrom,
  map,
  mergeWith,
  type Observable,
  of,
  share,
  switchMap,
} from 'rxjs';
import { accept, emit, event, kick, push, refuse } from '../../../lib/channels/index.js';
import { Source } from '../../../lib/channels/table/stream.js';
import { type Message, reply } from '../../../lib/index.js';

/** A source, and what its streams have reported. */
function source() {
  const reported: unknown[] = [];
  const inVain: string[] = [];
  const reporter = {
    report: (_what: string, error: unknown) => reported.push(error),
    inVain: (what: string) => inVain.push(what),
  };
  return { source: new Source<number>(reporter), reported, inVain };
}

const boom = (): never => {
  throw new Error('boom');
};

describe('Source', () => {
  /** What rxjs would have thrown where nobody can catch it. */
  let unhandled: unknown[];
  beforeEach(() => {
    unhandled = [];
    config.onUnhandledError = (error) => unhandled.push(error);
  });
  afterEach(() => {
    config.onUnhandledError = null;
  });

  it.each<{ what: string; pipe: (stream$: Observable<number>) => Observable<unknown> }>([
    { what: 'the stream itself', pipe: (stream$) => stream$ },
    { what: 'one operator', pipe: (stream$) => stream$.pipe(map((n) => n)) },
    {
      what: 'several',
      pipe: (stream$) =>
        stream$.pipe(
          filter(() => true),
          switchMap((n) => of(n)),
        ),
    },
    { what: 'share', pipe: (stream$) => stream$.pipe(share()) },
    { what: 'mergeWith', pipe: (stream$) => stream$.pipe(mergeWith(of(0))) },
  ])(
    'reports what a subscriber throws, who goes on, as do others: $what (B36)',
    async ({ pipe }) => {
      const { source: given, reported } = source();
      const [calls, others]: [unknown[], unknown[]] = [[], []];
      const stream$ = pipe(given.stream$);
      stream$.subscribe((value) => {
        calls.push(value);
        boom();
      });
      stream$.subscribe((value) => others.push(value));

      for (const n of [1, 2]) given.next(n);
      await new Promise(setImmediate);

      expect(calls.slice(-2)).toEqual([1, 2]);
      expect(others.slice(-2)).toEqual([1, 2]);
      expect(reported).toHaveLength(calls.length);
      expect(unhandled).toEqual([]);
    },
  );

  it('reports an error that nobody handles, and ends that subscription only (B36)', async () => {
    const { source: given, reported } = source();
    const others: number[] = [];
    const [failing$, caught] = [given.stream$.pipe(map(boom)), jest.fn()];
    failing$.subscribe();
    failing$.subscribe({ error: caught });
    failing$.subscribe({ error: boom, complete: boom });
    given.stream$.subscribe((n) => others.push(n));

    for (const n of [1, 2]) given.next(n);
    await new Promise(setImmediate);

    expect(others).toEqual([1, 2]);
    expect(caught).toHaveBeenCalledTimes(1);
    expect(reported).toEqual([new Error('boom'), new Error('boom')]);
    expect(unhandled).toEqual([]);
  });

  it.each<{ name: string; command: object }>([
    { name: 'emit', command: emit(event('a'), 1) },
    { name: 'push', command: push('{relay|0x1}', event('a'), 1) },
    { name: 'kick', command: kick('{relay|0x1}') },
    { name: 'accept', command: accept({} as Message) },
    { name: 'refuse', command: refuse({} as Message) },
    { name: 'reply', command: reply({} as Message, 1) },
  ])('tells of a command at its end, which nobody performs: $name (S10)', ({ name, command }) => {
    const { source: given, inVain } = source();
    given.stream$.subscribe(() => command);
    given.stream$.pipe(map(() => command)).subscribe();
    given.stream$.pipe(map(() => command)).subscribe(() => {});
    given.stream$.subscribe(() => ({ type: name, user: 'ann' }));

    given.next(1);

    const text = `${name}(…) in a stream of the manager is performed by nobody`;
    expect(inVain).toEqual([text, text]);
  });

  it('reports what the handler of a completion throws', () => {
    const { source: given, reported } = source();
    given.stream$.subscribe({ complete: boom });

    given.complete();

    expect(reported).toEqual([new Error('boom')]);
  });

  it('gives all subscribers all values in one order, also what one of them brings about', () => {
    const { source: given } = source();
    const [one, other]: [number[], number[]] = [[], []];
    given.stream$.subscribe((n) => {
      one.push(n);
      if (n === 1) given.next(2);
    });
    given.stream$.subscribe((n) => other.push(n));

    given.next(1);
    given.next(3);

    expect([one, other]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('is hot: nothing is kept for who comes later, and it knows whether somebody is there', async () => {
    const { source: given } = source();
    given.next(1);
    expect(given.observed).toBe(false);

    const first = firstValueFrom(given.stream$);
    expect(given.observed).toBe(true);
    given.next(2);

    expect(await first).toBe(2);
    expect(given.observed).toBe(false);
  });
});
