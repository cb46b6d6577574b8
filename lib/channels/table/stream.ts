import {
  Observable,
  type Observer,
  type Operator,
  Subject,
  Subscriber,
  type Subscription,
} from 'rxjs';
import { isPromise } from '../../core/index.js';

/**
 * A hot stream whose subscribers cannot do harm: what one throws, or leaves unhandled, is reported, where rxjs would
 * end the Node process (B36). It holds for whatever is piped from it as well, but not for what a function such as
 * `merge` makes of it, which is a stream of rxjs again.
 */
export class Stream<T> extends Observable<T> {
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void, source?: Observable<T>) {
    super(source && ((subscriber) => this.#connect(source, subscriber)));
    this.#report = report;
  }

  /** What a `finalize` throws below is thrown out of the call that ended the subscription, so each call is guarded. */
  #connect(source: Observable<T>, subscriber: Subscriber<T>): void {
    const inner = new Subscriber<T>({
      next: (value) => this.#attempt(() => subscriber.next(value)),
      error: (thrown: unknown) => this.#attempt(() => subscriber.error(thrown)),
      complete: () => this.#attempt(() => subscriber.complete()),
    });
    // Before the source begins, so that one that never stops by itself is stopped.
    subscriber.add(() => this.#attempt(() => inner.unsubscribe()));
    source.subscribe(inner);
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new Stream<R>(this.#report);
    lifted.source = this;
    lifted.operator = operator;
    return lifted;
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const observer: Partial<Observer<T>> =
      typeof observerOrNext === 'object' && observerOrNext !== null
        ? observerOrNext
        : {
            ...(observerOrNext && { next: observerOrNext }),
            ...(error && { error }),
            ...(complete && { complete }),
          };
    return super.subscribe({
      next: (value) => this.#attempt(() => observer.next?.(value)),
      error: (thrown) => {
        if (observer.error === undefined) this.#report(thrown);
        else this.#attempt(() => observer.error?.(thrown));
      },
      complete: () => this.#attempt(() => observer.complete?.()),
    });
  }

  #attempt(run: () => unknown): void {
    try {
      const returned = run();
      // An async function throws by a promise, which ends the Node process if nobody looks at it.
      if (isPromise(returned)) returned.then(undefined, this.#report);
    } catch (error) {
      this.#report(error);
    }
  }
}

/** A Stream and what feeds it; nothing is made for a value while nobody is subscribed. */
export class Source<T> {
  readonly #subject = new Subject<T>();
  readonly stream$: Stream<T>;
  /** What came while a value was on its way; `undefined`: none is. */
  #waiting: T[] | undefined;

  constructor(report: (error: unknown) => void) {
    this.stream$ = new Stream(report, this.#subject);
  }

  get observed(): boolean {
    return this.#subject.observed;
  }

  /** All subscribers get all values in the same order, also those that one of them brings about. */
  next(value: T): void {
    if (!this.observed) return;
    if (this.#waiting !== undefined) {
      this.#waiting.push(value);
      return;
    }
    const waiting: T[] = [value];
    this.#waiting = waiting;
    try {
      // A loop over an array takes what is added to it meanwhile.
      for (const each of waiting) this.#subject.next(each);
    } finally {
      this.#waiting = undefined;
    }
  }

  complete(): void {
    this.#subject.complete();
  }
}
