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
 * end the Node process (B36). It holds for whatever is piped from it as well.
 */
export class Stream<T> extends Observable<T> {
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void, source?: Observable<T>) {
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
        if (observer.error === undefined) this.#report(thrown);
        else this.#attempt(() => observer.error?.(thrown));
      },
      complete: () => this.#attempt(() => observer.complete?.()),
    });
  }

  #attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#report(error);
    }
  }
}

/** A Stream and what feeds it; nothing is made for a value while nobody is subscribed. */
export class Source<T> {
  readonly #subject = new Subject<T>();
  readonly stream$: Stream<T>;

  constructor(report: (error: unknown) => void) {
    this.stream$ = new Stream(report, this.#subject);
  }

  get observed(): boolean {
    return this.#subject.observed;
  }

  next(value: T): void {
    this.#subject.next(value);
  }

  complete(): void {
    this.#subject.complete();
  }
}
