import {
  Observable,
  type Observer,
  type OperatorFunction,
  Subscriber,
  type Subscription,
  type Unsubscribable,
} from 'rxjs';
import { Sink } from '../core/index.js';
import type { Step } from '../operators/index.js';

/**
 * `transition` whose state also decides what else it listens to: after each step, every tuned stream
 * whose key has changed is unsubscribed and the new one subscribed. This is `switchMap` over a value of
 * the state, without the feedback Subject and the three subscriptions that it would take for each.
 */
export function loop<S, E, C, X>(machine: Machine<S, E, C, X>, context: X): OperatorFunction<E, C> {
  return (source) =>
    new Observable<C>((subscriber) => new Loop(machine, context, subscriber).run(source));
}

/** A stream that a state listens to beside the source, for as long as its key stays the same. */
export interface Tuned<S, E, X> {
  /** What decides about the stream; `undefined` for none. Compared by identity. */
  key(state: S): unknown;
  open(state: S, context: X): Observable<E>;
}

/** A state machine that tunes in to streams. */
export interface Machine<S, E, C, X> {
  first(context: X): Step<S, C>;
  step(state: S, event: E, context: X): Step<S, C>;
  readonly tuned: readonly Tuned<S, E, X>[];
}

/** One subscription of a loop. A class, because a closure for each of its parts would weigh more. */
class Loop<S, E, C, X> implements Observer<E>, Unsubscribable {
  readonly #machine: Machine<S, E, C, X>;
  readonly #context: X;
  readonly #out: Subscriber<C>;
  /** The state as of the last event that began. */
  #state: S | undefined;
  /** What each tuned stream is tuned to, as of the last event that has ended. */
  readonly #keys: unknown[];
  readonly #streams: (Subscription | undefined)[];
  #source: Sink<E> | undefined;

  constructor(machine: Machine<S, E, C, X>, context: X, out: Subscriber<C>) {
    this.#machine = machine;
    this.#context = context;
    this.#out = out;
    this.#keys = new Array(machine.tuned.length);
    this.#streams = new Array(machine.tuned.length);
  }

  run(source: Observable<E>): this {
    this.enter(this.#machine.first(this.#context));
    this.#source = new Sink(this);
    source.subscribe(this.#source);
    return this;
  }

  next(event: E): void {
    try {
      this.enter(this.#machine.step(this.#state as S, event, this.#context));
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

  unsubscribe(): void {
    this.#source?.unsubscribe();
    for (const stream of this.#streams) stream?.unsubscribe();
  }

  /** Emits first, tunes then: a command must not be overtaken by what a new stream says. */
  enter(next: Step<S, C>): void {
    const before = this.#state;
    this.#state = next[0];
    for (let i = 1; i < next.length; i++) this.#out.next(next[i] as C);
    if (next[0] === before) return; // the same state is tuned in as it should be
    const { tuned } = this.#machine;
    for (let i = 0; i < tuned.length && !this.#out.closed; i++) {
      this.retune(i, tuned[i] as Tuned<S, E, X>);
    }
  }

  retune(i: number, { key, open }: Tuned<S, E, X>): void {
    const state = this.#state as S;
    const wanted = key(state);
    if (wanted === this.#keys[i]) return;
    this.#keys[i] = wanted;
    this.#streams[i]?.unsubscribe();
    this.#streams[i] = undefined;
    if (wanted === undefined) return;
    // Known before it is subscribed: what it says at once may be a reason to leave it.
    const tap = new Tap(this);
    this.#streams[i] = tap;
    open(state, this.#context).subscribe(tap);
  }
}

/**
 * Brings a tuned stream's events into a loop, and not its completion: then it has said what it had to
 * say, and only the source's end is the loop's. One object where an observer would be wrapped in two.
 */
class Tap<E> extends Subscriber<E> {
  readonly #loop: Observer<E>;

  constructor(loop: Observer<E>) {
    super();
    this.#loop = loop;
  }

  protected override _next(event: E): void {
    this.#loop.next(event);
  }

  protected override _error(error: unknown): void {
    this.#loop.error(error);
  }

  protected override _complete(): void {
    this.unsubscribe();
  }
}
