import { map, type Observable, type Subscription, take } from 'rxjs';

/**
 * Takes what a user's function gives: a value, or the first one of a promise or an observable. What is there is taken
 * at once, so that virtual time has no promise in it. A throw fails, also one of `next`; an observable without a value
 * is never over.
 */
export function firstOf<T>(
  give: () => unknown,
  next: (value: T) => void,
  error: (error: unknown) => void,
): Subscription | undefined {
  try {
    const given = give();
    const { pipe, then } = Object(given);
    if (pipe) return (given as Observable<T>).pipe(take(1), map(next)).subscribe({ error });
    if (then) (given as PromiseLike<T>).then(next).then(undefined, error);
    else next(given as T);
  } catch (thrown) {
    error(thrown);
  }
  return undefined;
}
