import { Observable, Subject } from 'rxjs';

/**
 * What a client tells its users, who can only listen. When it ends, it ends for those who listen; whoever comes then
 * hears what is told after that, as when the client is opened again.
 */
export class Stream<T> {
  #subject = new Subject<T>();
  declare readonly replays: boolean | undefined;
  /** What whoever comes next is told first: the last value, or what was held for somebody. */
  kept: T[] = [];
  readonly out$ = new Observable<T>((subscriber) => {
    const { kept } = this;
    if (!this.replays) this.kept = [];
    this.#subject.subscribe(subscriber);
    for (const value of kept) subscriber.next(value);
  });

  /** @param replays whether a late subscriber gets the last value; else it gets what nobody has heard, if that is held */
  constructor(replays?: boolean) {
    this.replays = replays;
  }

  get isHeard(): boolean {
    return this.#subject.observed;
  }

  next(value: T): void {
    if (this.replays) this.kept = [value];
    this.#subject.next(value);
  }

  /** Completes, or errors if there is an error. */
  end(error?: unknown): void {
    const before = this.#subject;
    this.#subject = new Subject();
    if (error) before.error(error);
    else before.complete();
  }
}
