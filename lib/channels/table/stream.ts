import {
  Observable,
  type Observer,
  type Operator,
  Subject,
  Subscriber,
  type Subscription,
} from 'rxjs';

/**
 * A hot stream whose subscribers cannot do harm: what one throws, or leaves unhandled, is reported, where rxjs would
 * end the Node process (B36). It holds for whatever is piped from it as well, but not for what a function such as
 * `merge` makes of it, which is a stream of rxjs again.
 */
export class Stream<T> extends Observable<T> {
  readonly #report: Report;

  constructor(report: Report, source?: Observable<T>) {
    super(source && ((subscriber) => source.subscribe(subscriber)));
    this.#report = report;
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
        if (observer.error === undefined) this.#report(ENDED, thrown);
        else this.#attempt(() => observer.error?.(thrown));
      },
      complete: () => this.#attempt(() => observer.complete?.()),
    });
  }

  #attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#report('a subscriber of a stream', error);
    }
  }
}

/** Tells what has failed, and by which error. */
export type Report = (what: string, error: unknown) => void;

/** RxJS ends a subscription when one of its operators throws; who reads the line has to know that it is deaf now. */
const ENDED = 'an operator, which has ended its subscription to a stream,';

/** A Stream and what feeds it; nothing is made for a value while nobody is subscribed. */
export class Source<T> {
  readonly #subject = new Subject<T>();
  readonly stream$: Stream<T>;
  /** What came while a value was on its way; `undefined`: none is. */
  #waiting: T[] | undefined;

  constructor(report: Report) {
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
