import type { Observable, Subscription } from 'rxjs';

/**
 * Takes what a user's function gives: a value, or the first one of a promise or an observable. What is there is taken
 * at once, so that virtual time has no promise in it. A throw fails, and so does an observable without a value.
 */
export function firstOf<T>(
  give: () => T | PromiseLike<T> | Observable<T>,
  take: (value: T) => void,
  fail: (error: unknown) => void,
): Subscription | undefined {
  let given: unknown;
  try {
    given = give();
  } catch (error) {
    fail(error);
    return undefined;
  }
  const { subscribe, then } = Object(given);
  if (subscribe) return firstValue(given as Observable<T>, take, fail);
  if (then) (given as PromiseLike<T>).then(take).then(undefined, fail);
  else take(given as T);
  return undefined;
}

function firstValue<T>(
  source: Observable<T>,
  take: (value: T) => void,
  fail: (error: unknown) => void,
): Subscription {
  let isDone = false;
  // It is not there yet while a source gives its value at once.
  let subscription: Subscription | undefined;
  subscription = source.subscribe({
    next: (value) => {
      if (isDone) return;
      isDone = true;
      subscription?.unsubscribe();
      take(value);
    },
    error: fail,
    complete: () => isDone || fail(new Error('no value')),
  });
  if (isDone) subscription.unsubscribe();
  return subscription;
}
