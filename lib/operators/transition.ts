import { Observable, type OperatorFunction } from 'rxjs';
import type { Output } from '../core/index.js';

/** A state together with the outputs that reaching it emits, in order. */
export type Step<S, C = Output> = readonly [state: S, ...commands: C[]];

/**
 * A state machine as one operator: `initial` is entered on subscription, then each event goes through
 * the pure function `step`. Emits the steps' outputs; completes with its source. An error thrown by
 * `step` is the stream's error.
 *
 * @example
 * inbox.pipe(transition<number, Message>([0], (count, m) => [count + 1, send(log, seen, count + 1)]))
 */
export function transition<S, E, C = Output>(
  initial: Step<S, C>,
  step: (state: S, event: E) => Step<S, C>,
): OperatorFunction<E, C> {
  return (source) =>
    new Observable<C>((subscriber) => {
      // The state as of the last event that began; set before emitting, so that an event which an
      // output causes synchronously already sees it.
      let state = initial[0];
      const enter = (next: Step<S, C>): void => {
        state = next[0];
        for (let i = 1; i < next.length; i++) subscriber.next(next[i] as C);
      };
      enter(initial);
      return source.subscribe({
        next: (event) => {
          // Left, while a source emits within `subscribe` and cannot be unsubscribed yet.
          if (subscriber.closed) return;
          try {
            enter(step(state, event));
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
