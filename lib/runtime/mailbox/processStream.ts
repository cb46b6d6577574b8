import {
  Observable,
  type Observer,
  Subscriber,
  type Subscription,
  type TeardownLogic,
  type Unsubscribable,
} from 'rxjs';
import type { Owner } from './owner.js';

/** A stream handed to a behaviour. An operator's subscription is let through, any other is guarded. */
export class ProcessStream<T> extends Observable<T> {
  readonly #owner: Owner;
  readonly #source: Source<T>;

  constructor(owner: Owner, source: Source<T>) {
    super(attach);
    this.#owner = owner;
    this.#source = source;
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const guard = new Guard(this.#owner, toObserver(observerOrNext, error, complete));
    // What rxjs's own subscribe does, less a closure for its handling of errors.
    try {
      guard.until(this.#source.attach(guard));
    } catch (thrown) {
      guard.error(thrown);
    }
    return guard;
  }

  attach(subscriber: Subscriber<T>): TeardownLogic {
    return this.#source.attach(subscriber);
  }
}

/** Where a process's stream comes from. */
export interface Source<T> {
  attach(subscriber: Subscriber<T>): TeardownLogic;
}

/** One function for all streams: a closure for each process would cost more than its fields do. */
function attach<T>(this: Observable<T>, subscriber: Subscriber<T>): TeardownLogic {
  return (this as ProcessStream<T>).attach(subscriber);
}

type Next<T> = (value: T) => void;

function toObserver<T>(
  observerOrNext: Partial<Observer<T>> | Next<T> | null | undefined,
  error: ((error: unknown) => void) | null | undefined,
  complete: (() => void) | null | undefined,
): Partial<Observer<T>> | Next<T> {
  const isWhole = typeof observerOrNext === 'object' || !(error || complete);
  if (observerOrNext && isWhole) return observerOrNext;
  const observer: Partial<Observer<T>> = {};
  if (observerOrNext) observer.next = observerOrNext as Next<T>;
  if (error) observer.error = error;
  if (complete) observer.complete = complete;
  return observer;
}

/**
 * Turns what a subscriber throws, and an error it does not handle, into its process's crash. It is the
 * end of the chain itself: an observer behind rxjs's own end would have its throws reported as
 * uncaught, and cost every direct subscription two more objects.
 */
class Guard<T> extends Subscriber<T> {
  readonly #owner: Owner;
  readonly #observer: Partial<Observer<T>> | Next<T>;
  #source: Unsubscribable | undefined;

  constructor(owner: Owner, observer: Partial<Observer<T>> | Next<T>) {
    super();
    this.#owner = owner;
    this.#observer = observer;
  }

  /** Keeps what ends the source: in a field, where rxjs's list has room for seventeen from the first on. */
  until(teardown: TeardownLogic): void {
    if (typeof teardown !== 'object' || this.closed) this.add(teardown);
    else this.#source = teardown;
  }

  override unsubscribe(): void {
    if (this.closed) return;
    super.unsubscribe();
    this.#source?.unsubscribe();
  }

  protected override _next(value: T): void {
    const observer = this.#observer;
    try {
      if (typeof observer === 'function') observer(value);
      else observer.next?.(value);
    } catch (error) {
      this.#owner.crash(error);
    }
  }

  protected override _error(error: unknown): void {
    const observer = this.#observer;
    try {
      if (typeof observer === 'function' || observer.error === undefined) this.#owner.crash(error);
      else observer.error(error);
    } catch (thrown) {
      this.#owner.crash(thrown);
    } finally {
      this.unsubscribe();
    }
  }

  protected override _complete(): void {
    const observer = this.#observer;
    try {
      if (typeof observer === 'object') observer.complete?.();
    } catch (error) {
      this.#owner.crash(error);
    } finally {
      this.unsubscribe();
    }
  }
}
