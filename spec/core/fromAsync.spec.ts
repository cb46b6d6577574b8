import { describe, expect, it } from '@jest/globals';
import { EMPTY, lastValueFrom, NEVER, Observable, of, take, toArray } from 'rxjs';
import {
  done,
  fromAsync,
  isAsyncIterable,
  isPromise,
  type Releasing,
  release,
} from '../../lib/core/index.js';
import { deferred } from '../support/runtime.js';

const boom = new Error('boom');
const all = <T>(input: Parameters<typeof fromAsync<T>>[0]): Promise<T[]> =>
  lastValueFrom(fromAsync(input).pipe(toArray()));

describe('fromAsync', () => {
  it('leaves an observable as it is', () => {
    expect(fromAsync(NEVER)).toBe(NEVER);
  });

  it.each<{ what: string; input: Parameters<typeof fromAsync<number>>[0]; values: number[] }>([
    { what: 'an empty observable', input: EMPTY, values: [] },
    { what: 'an observable', input: of(1, 2), values: [1, 2] },
    { what: 'a promise', input: Promise.resolve(1), values: [1] },
    { what: 'an array', input: [1, 2], values: [1, 2] },
    {
      what: 'a generator',
      input: (function* () {
        yield 1;
        yield 2;
      })(),
      values: [1, 2],
    },
    { what: 'an empty async generator', input: (async function* () {})(), values: [] },
    {
      what: 'an async generator',
      input: (async function* () {
        yield 1;
        yield 2;
      })(),
      values: [1, 2],
    },
  ])('emits what $what gives', async ({ input, values }) => {
    expect(await all(input)).toEqual(values);
  });

  it('makes the value that an async generator returns its last command (S6)', async () => {
    const body = async function* (): AsyncGenerator<unknown, unknown> {
      yield 1;
      return 7;
    };

    expect(await all(body() as AsyncGenerator<unknown>)).toEqual([1, done(7)]);
  });

  it.each<{ what: string; make: () => Parameters<typeof fromAsync<number>>[0] }>([
    { what: 'a promise that rejects', make: () => Promise.reject(boom) },
    {
      what: 'an async generator that throws',
      make: async function* () {
        yield 1;
        throw boom;
      },
    },
    {
      what: 'an async iterable that cannot be iterated',
      make: () => ({
        [Symbol.asyncIterator]: () => {
          throw boom;
        },
      }),
    },
  ])('errors with $what', async ({ make }) => {
    await expect(all(make())).rejects.toBe(boom);
  });

  it('calls nothing before it is subscribed', () => {
    let begun = false;
    fromAsync(
      (async function* () {
        begun = true;
        yield 1;
      })(),
    );

    expect(begun).toBe(false);
  });

  it('pulls one value after the other, never ahead', async () => {
    const gate = deferred();
    const log: string[] = [];
    const body = async function* (): AsyncGenerator<number> {
      log.push('first');
      yield 1;
      await gate.promise;
      log.push('second');
      yield 2;
    };
    const finished = new Promise<void>((resolve) => {
      fromAsync(body()).subscribe({ next: (n) => log.push(`got ${n}`), complete: resolve });
    });
    gate.resolve();
    await finished;

    expect(log).toEqual(['first', 'got 1', 'second', 'got 2']);
  });

  it('lets go of its owner first and then runs the finally of a body that waits (E3)', async () => {
    const ended = deferred();
    const log: string[] = [];
    const pending = deferred();
    const owner: Releasing = {
      [release]: () => {
        log.push('released');
        pending.resolve();
      },
    };
    const body = async function* (): AsyncGenerator<number> {
      try {
        await pending.promise;
        log.push('woken');
        yield 1;
      } finally {
        log.push('finally');
        ended.resolve();
      }
    };
    const subscription = fromAsync(body(), owner).subscribe((n) => log.push(`got ${n}`));
    subscription.unsubscribe();
    subscription.unsubscribe();
    await ended.promise;

    expect(log).toEqual(['released', 'woken', 'finally']);
  });

  it('runs the finally of a body that is left at a yield', async () => {
    const ended = deferred();
    const body = async function* (): AsyncGenerator<number> {
      try {
        yield 1;
        yield 2;
      } finally {
        ended.resolve();
      }
    };
    const seen = await lastValueFrom(fromAsync(body()).pipe(take(1), toArray()));
    await ended.promise;

    expect(seen).toEqual([1]);
  });

  it('does not hear what a finally throws after the end', async () => {
    const ended = deferred();
    const body = async function* (): AsyncGenerator<number> {
      try {
        yield 1;
        yield 2;
      } finally {
        ended.resolve();
        // biome-ignore lint/correctness/noUnsafeFinally: what is tested
        throw boom;
      }
    };
    await lastValueFrom(fromAsync(body()).pipe(take(1)));
    await ended.promise;
  });

  it('does not release its owner after an end of its own', async () => {
    let released = 0;
    const owner: Releasing = { [release]: () => void released++ };
    const body = async function* (): AsyncGenerator<number> {
      yield 1;
    };
    await lastValueFrom(fromAsync(body(), owner));

    expect(released).toBe(0);
  });

  it('gives a second subscriber of one generator nothing: it is spent', async () => {
    const out$ = fromAsync(
      (async function* () {
        yield 1;
      })(),
    );

    expect(await lastValueFrom(out$.pipe(toArray()))).toEqual([1]);
    expect(await lastValueFrom(out$.pipe(toArray()))).toEqual([]);
  });
});

describe('isAsyncIterable and isPromise', () => {
  const generator = (async function* () {})();
  it.each<{ what: string; value: unknown; iterable: boolean; promise: boolean }>([
    { what: 'an async generator', value: generator, iterable: true, promise: false },
    { what: 'a promise', value: Promise.resolve(), iterable: false, promise: true },
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    { what: 'a thenable', value: { then() {} }, iterable: false, promise: true },
    { what: 'an observable', value: new Observable(), iterable: false, promise: false },
    { what: 'an array', value: [], iterable: false, promise: false },
    { what: 'a text', value: 'then', iterable: false, promise: false },
    { what: 'null', value: null, iterable: false, promise: false },
    { what: 'undefined', value: undefined, iterable: false, promise: false },
  ])('of $what', ({ value, iterable, promise }) => {
    expect([isAsyncIterable(value), isPromise(value)]).toEqual([iterable, promise]);
  });
});
