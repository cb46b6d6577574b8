import { Observable, type Observer, Subscriber, type Subscription, type TeardownLogic } from 'rxjs';

/** Where a process's stream comes from. */
export interface Source<T> {
  attach(subscriber: Subscriber<T>): TeardownLogic;
}

/** Whose stream it is: an error in a direct subscription ends this process, never Node (S8). */
export interface Owner {
  crash(error: unknown): void;
}

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
    const observer =
      typeof observerOrNext === 'object' && observerOrNext !== null
        ? observerOrNext
        : toObserver(observerOrNext, error, complete);
    const guard = new Guard(this.#owner, observer);
    // What rxjs's own subscribe does, less a closure for its handling of errors.
    try {
      guard.add(this.#source.attach(guard));
    } catch (thrown) {
      guard.error(thrown);
    }
    return guard;
  }

  attach(subscriber: Subscriber<T>): TeardownLogic {
    return this.#source.attach(subscriber);
  }
}

/** One function for all streams: a closure for each process would cost more than its fields do. */
function attach<T>(this: Observable<T>, subscriber: Subscriber<T>): TeardownLogic {
  return (this as ProcessStream<T>).attach(subscriber);
}

function toObserver<T>(
  next: ((value: T) => void) | null | undefined,
  error: ((error: unknown) => void) | null | undefined,
  complete: (() => void) | null | undefined,
): Partial<Observer<T>> {
  const observer: Partial<Observer<T>> = {};
  if (next) observer.next = next;
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
  readonly #observer: Partial<Observer<T>>;

  constructor(owner: Owner, observer: Partial<Observer<T>>) {
    super();
    this.#owner = owner;
    this.#observer = observer;
  }

  protected override _next(value: T): void {
    try {
      this.#observer.next?.(value);
    } catch (error) {
      this.#owner.crash(error);
    }
  }

  protected override _error(error: unknown): void {
    try {
      if (this.#observer.error === undefined) this.#owner.crash(error);
      else this.#observer.error(error);
    } catch (thrown) {
      this.#owner.crash(thrown);
    } finally {
      this.unsubscribe();
    }
  }

  protected override _complete(): void {
    try {
      this.#observer.complete?.();
    } catch (error) {
      this.#owner.crash(error);
    } finally {
      this.unsubscribe();
    }
  }
}
