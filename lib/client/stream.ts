import { Observable, ReplaySubject, Subject } from 'rxjs';

/**
 * What a client tells its users, who can only listen. When it ends, it ends for those who listen; whoever comes then
 * hears what is told after that, as when the client is opened again.
 */
export class Stream<T> {
  readonly #make: () => Subject<T>;
  #subject: Subject<T>;
  readonly out$: Observable<T> = new Observable((subscriber) =>
    this.#subject.subscribe(subscriber),
  );

  /** @param replays whether a late subscriber gets the last value */
  constructor(replays = false) {
    this.#make = () => (replays ? new ReplaySubject(1) : new Subject());
    this.#subject = this.#make();
  }

  get isHeard(): boolean {
    return this.#subject.observed;
  }

  next(value: T): void {
    this.#subject.next(value);
  }

  error(error: unknown): void {
    this.#renew().error(error);
  }

  complete(): void {
    this.#renew().complete();
  }

  #renew(): Subject<T> {
    const before = this.#subject;
    this.#subject = this.#make();
    return before;
  }
}
