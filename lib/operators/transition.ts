import { Observable, type Observer, type OperatorFunction, type Subscriber } from 'rxjs';
import { type Output, Sink } from '../core/index.js';

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
      const machine = new Transition(initial[0], step, subscriber);
      machine.enter(initial);
      return source.subscribe(new Sink(machine));
    });
}

/** A state together with the outputs that reaching it emits, in order. */
export type Step<S, C = Output> = readonly [state: S, ...commands: C[]];

class Transition<S, E, C> implements Observer<E> {
  /** The state as of the last event that began; set before emitting, so that an event which an output
   * causes synchronously already sees it. */
  #state: S;
  readonly #step: (state: S, event: E) => Step<S, C>;
  readonly #out: Subscriber<C>;

  constructor(state: S, step: (state: S, event: E) => Step<S, C>, out: Subscriber<C>) {
    this.#state = state;
    this.#step = step;
    this.#out = out;
  }

  enter(next: Step<S, C>): void {
    this.#state = next[0];
    for (let i = 1; i < next.length; i++) this.#out.next(next[i] as C);
  }

  next(event: E): void {
    // The subscriber may be gone, while a source emits within `subscribe` and cannot be unsubscribed yet.
    if (this.#out.closed) return;
    const step = this.#step;
    try {
      this.enter(step(this.#state, event));
    } catch (error) {
      this.#out.error(error);
    }
  }

  error(error: unknown): void {
    this.#out.error(error);
  }

  complete(): void {
    this.#out.complete();
  }
}
