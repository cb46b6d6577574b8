import { Observable, type OperatorFunction, type Subscription } from 'rxjs';
import type { Step } from '../operators/index.js';

/** A stream that a state listens to beside the source, for as long as its key stays the same. */
export interface Tuned<S, E, X> {
  /** What decides about the stream; `undefined` for none. Compared by identity. */
  key(state: S): unknown;
  open(state: S, context: X): Observable<E>;
}

/**
 * `transition` whose state also decides what else it listens to: after each step, every tuned stream
 * whose key has changed is unsubscribed and the new one subscribed. This is `switchMap` over a value of
 * the state, without the feedback Subject and the three subscriptions that it would take for each.
 */
export function loop<S, E, C, X>(
  initial: Step<S, C>,
  step: (state: S, event: E) => Step<S, C>,
  tuned: readonly Tuned<S, E, X>[],
  context: X,
): OperatorFunction<E, C> {
  return (source) =>
    new Observable<C>((subscriber) => {
      // The state as of the last event that began. The keys and streams are those of that state, once
      // its commands have been emitted: a command must not be overtaken by what a new stream says.
      let state = initial[0];
      const keys: unknown[] = tuned.map(() => undefined);
      const streams: (Subscription | undefined)[] = tuned.map(() => undefined);

      const enter = (next: Step<S, C>): void => {
        state = next[0];
        for (let i = 1; i < next.length; i++) subscriber.next(next[i] as C);
        for (let i = 0; i < tuned.length && !subscriber.closed; i++) retune(i);
      };
      const retune = (i: number): void => {
        const stream = tuned[i] as Tuned<S, E, X>;
        const key = stream.key(state);
        if (key === keys[i]) return;
        keys[i] = key;
        streams[i]?.unsubscribe();
        streams[i] = key === undefined ? undefined : stream.open(state, context).subscribe(feed);
      };
      const feed = {
        next: (event: E) => {
          try {
            enter(step(state, event));
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error: unknown) => subscriber.error(error),
      };

      subscriber.add(() => {
        for (const stream of streams) stream?.unsubscribe();
      });
      enter(initial);
      subscriber.add(source.subscribe({ ...feed, complete: () => subscriber.complete() }));
    });
}
