import { from, Observable, type ObservableInput, type Subscriber } from 'rxjs';
import { done } from './command.js';
import { type Releasing, release } from './release.js';

/**
 * Makes an observable of whatever a behaviour returned. Async generators are pulled, not converted by
 * `from`, which never runs a pending generator's `finally` on unsubscribe and loses its return value:
 * here the returned value becomes `done(value)` (S6), and unsubscribing calls the `release` of `owner` first, so
 * that a pending `receive` or `fetch` ends, then calls `return()`.
 */
export function fromAsync<T>(input: ObservableInput<T>, owner: object = {}): Observable<T> {
  if (input instanceof Observable) return input;
  if (!isAsyncIterable(input)) return from(input);
  return new Observable<T>((subscriber) => {
    const iterator = input[Symbol.asyncIterator]();
    let finished = false;
    pull(iterator as AsyncIterator<T>, subscriber).then(
      () => {
        finished = true;
        subscriber.complete();
      },
      (error) => {
        finished = true;
        subscriber.error(error);
      },
    );
    return () => {
      if (finished) return;
      (owner as Releasing)[release]?.();
      // Nobody is subscribed any more who could receive what a `finally` throws after the end.
      finish(iterator).catch(() => {});
    };
  });
}

const hasMethod = (value: unknown, key: PropertyKey): boolean =>
  value !== null &&
  typeof value === 'object' &&
  typeof (value as Record<PropertyKey, unknown>)[key] === 'function';

/** Whether a value is an async iterable, as an async generator's call gives. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return hasMethod(value, Symbol.asyncIterator);
}

/** Whether a value is a promise. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return hasMethod(value, 'then');
}

/** Ends an iterator early, through every `finally`: what these yield is too late to matter (E3). */
async function finish(iterator: AsyncIterator<unknown>): Promise<void> {
  let item = await iterator.return?.();
  while (item?.done === false) item = await iterator.next();
}

/** Runs an iterator to its end, one item at a time, while somebody is subscribed. */
async function pull<T>(iterator: AsyncIterator<T>, subscriber: Subscriber<T>): Promise<void> {
  while (!subscriber.closed) {
    const item = await iterator.next();
    if (item.done) {
      if (item.value !== undefined) subscriber.next(done(item.value) as T);
      return;
    }
    subscriber.next(item.value);
  }
}
