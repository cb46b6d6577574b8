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
 * `transition` whose state also decides which further streams it listens to: after each step, every
 * stream whose key has changed is unsubscribed, and the one for the new key is subscribed. This is
 * `switchMap` over a value of the state, without the Subject and the three subscriptions per stream
 * that `switchMap` would need.
 */
export function loop<S, E, C, X>(machine: Machine<S, E, C, X>, context: X): OperatorFunction<E, C> {
  return (source) =>
    new Observable<C>((subscriber) => new Loop(machine, context, subscriber).run(source));
}

/** A stream that a state machine listens to beside its source, as long as the key stays the same. */
export interface SwitchedStream<S, E, X> {
  /** Which stream the state wants, compared by identity; `undefined` means none. */
  key(state: S): unknown;
  open(state: S, context: X): Observable<E>;
}

/** A state machine, and the streams that it listens to beside its source. */
export interface Machine<S, E, C, X> {
  first(context: X): Step<S, C>;
  step(state: S, event: E, context: X): Step<S, C>;
  readonly streams: readonly SwitchedStream<S, E, X>[];
  /** Whether the keys of all streams are surely the same in both states. */
  hasSameStreams(before: S, after: S): boolean;
}

/** One subscription of a loop. It is a class, because a closure for each of its parts would weigh more. */
class Loop<S, E, C, X> implements Observer<E>, Unsubscribable {
  readonly #machine: Machine<S, E, C, X>;
  readonly #context: X;
  readonly #out: Subscriber<C>;
  /** The newest state; an event that comes while another one emits changes it at once. */
  #state: S | undefined;
  /** The key for which each stream was subscribed last; `undefined` where there is no stream. */
  readonly #keys: unknown[];
  readonly #subscriptions: (Subscription | undefined)[];
  #source: Sink<E> | undefined;

  constructor(machine: Machine<S, E, C, X>, context: X, out: Subscriber<C>) {
    this.#machine = machine;
    this.#context = context;
    this.#out = out;
    this.#keys = new Array(machine.streams.length);
    this.#subscriptions = new Array(machine.streams.length);
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
    for (const subscription of this.#subscriptions) subscription?.unsubscribe();
  }

  /** Emits before it switches streams, because no event of a new stream may overtake a command. */
  enter(next: Step<S, C>): void {
    const before = this.#state;
    this.#state = next[0];
    for (let i = 1; i < next.length; i++) this.#out.next(next[i] as C);
    // Asked once, because it is asked for each frame, and each stream would be asked otherwise.
    if (before !== undefined && this.#machine.hasSameStreams(before, next[0])) return;
    const { streams } = this.#machine;
    for (let i = 0; i < streams.length && !this.#out.closed; i++) {
      this.switchStream(i, streams[i] as SwitchedStream<S, E, X>);
    }
  }

  switchStream(i: number, { key, open }: SwitchedStream<S, E, X>): void {
    const state = this.#state as S;
    const wanted = key(state);
    if (wanted === this.#keys[i]) return;
    this.#keys[i] = wanted;
    this.#subscriptions[i]?.unsubscribe();
    this.#subscriptions[i] = undefined;
    if (wanted === undefined) return;
    // Stored before it is subscribed, because an event that comes at once may end this subscription.
    const subscriber = new StreamSubscriber<E>(this);
    this.#subscriptions[i] = subscriber;
    open(state, this.#context).subscribe(subscriber);
  }
}

/**
 * Hands the events of a switched stream to the loop, but not its completion, because a loop ends with
 * its source only. It is one object, where rxjs would wrap an observer in two.
 */
class StreamSubscriber<E> extends Subscriber<E> {
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
