import {
  Observable,
  type Observer,
  type Operator,
  Subject,
  Subscriber,
  type Subscription,
} from 'rxjs';
import { commandName } from './commandName.js';

/**
 * A hot stream whose subscribers cannot do harm: what one throws, or leaves unhandled, is reported, where rxjs would
 * end the Node process (B36). It holds for whatever is piped from it as well, but not for what a function such as
 * `merge` makes of it, which is a stream of rxjs again.
 */
export class Stream<T> extends Observable<T> {
  readonly #reporter: Reporter;

  constructor(reporter: Reporter, source?: Observable<T>) {
    super(source && ((subscriber) => source.subscribe(subscriber)));
    this.#reporter = reporter;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new Stream<R>(this.#reporter);
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
      next: (value) =>
        this.#attempt(() => {
          const made: unknown = observer.next === undefined ? value : observer.next(value);
          this.#check(made);
        }),
      error: (thrown) => {
        if (observer.error === undefined) this.#reporter.report(ENDED, thrown);
        else this.#attempt(() => observer.error?.(thrown));
      },
      complete: () => this.#attempt(() => observer.complete?.()),
    });
  }

  /** A command at the end of a stream: there is no process to perform it (S10). */
  #check(made: unknown): void {
    const name = commandName(made);
    if (name === undefined) return;
    const advice = 'it is a command of a behavior: send by the manager, answer by message.reply';
    this.#reporter.inVain(`${name}(…) in a stream of the manager is performed by nobody`, advice);
  }

  #attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#reporter.report('a subscriber of a stream', error);
    }
  }
}

/** Tells of mistakes in what is subscribed. */
export interface Reporter {
  /** What has failed, and by which error. */
  report(what: string, error: unknown): void;
  inVain(what: string, advice: string): void;
}

/** RxJS ends a subscription when one of its operators throws; who reads the line has to know that it is deaf now. */
const ENDED = 'an operator, which has ended its subscription to a stream,';

/** A Stream and what feeds it; nothing is made for a value while nobody is subscribed. */
export class Source<T> {
  readonly #subject = new Subject<T>();
  readonly stream$: Stream<T>;
  /** What came while a value was on its way; `undefined`: none is. */
  #waiting: T[] | undefined;

  constructor(reporter: Reporter) {
    this.stream$ = new Stream(reporter, this.#subject);
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
