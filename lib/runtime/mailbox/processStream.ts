import {
  Observable,
  type Observer,
  Subscriber,
  type Subscription,
  type TeardownLogic,
  type Unsubscribable,
} from 'rxjs';
import { checkReturned } from './checkReturned.js';
import type { Owner } from './owner.js';

/** A stream that is given to a behaviour. Subscriptions are guarded, except those of rxjs's operators. */
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
    // This does what rxjs's own subscribe does, but without a closure for the handling of errors.
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

/** What a process's stream subscribes. */
export interface Source<T> {
  attach(subscriber: Subscriber<T>): TeardownLogic;
}

/** One function for all streams, because a closure for each would cost more memory than its fields do. */
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
 * Crashes the process if a subscriber throws or does not handle an error. It is the last Subscriber of
 * the chain itself, because rxjs's own would report such an error as uncaught, and would cost every
 * direct subscription two more objects.
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

  /** Keeps the teardown in a field, because rxjs's list would take memory for seventeen at once. */
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
      const returned: unknown =
        typeof observer === 'function' ? observer(value) : observer.next?.(value);
      if (typeof returned === 'object' && returned !== null) checkReturned(this.#owner, returned);
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
