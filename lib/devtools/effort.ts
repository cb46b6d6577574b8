import { Observable, type SchedulerLike, type Subscription, timer } from 'rxjs';

/**
 * The time that all pages together may take for one kind of work: a twentieth, which is saved up for 20 s while nothing is
 * asked. When it is spent, who comes waits for a turn, so that pages make each other slow, and not the server.
 */
export class Effort {
  readonly #scheduler: SchedulerLike;
  readonly #clock: () => number;
  readonly #waiting = new Set<() => void>();
  /** When there is time again. */
  #paid = Number.NEGATIVE_INFINITY;
  #timer: Subscription | undefined;

  /** @param clock of what work takes, in milliseconds */
  constructor(scheduler: SchedulerLike, clock = () => performance.now()) {
    this.#scheduler = scheduler;
    this.#clock = clock;
  }

  get isSpent(): boolean {
    return this.#paid > this.#scheduler.now();
  }

  /** Does it now, and counts how long that takes. */
  count<T>(work: () => T): T {
    const begun = this.#clock();
    try {
      return work();
    } finally {
      const least = this.#scheduler.now() - SAVED;
      this.#paid = Math.max(this.#paid, least) + SHARE * (this.#clock() - begun);
    }
  }

  /** Does it at once if there is time, else when its turn comes; what comes of it. */
  spend<T>(work: () => T): Observable<T> {
    return new Observable((subscriber) => {
      const job = (): void => {
        try {
          subscriber.next(this.count(work));
          subscriber.complete();
        } catch (error) {
          subscriber.error(error);
        }
      };
      this.#waiting.add(job);
      if (this.#timer === undefined) this.#work();
      return () => {
        this.#waiting.delete(job);
        if (this.#waiting.size === 0) this.#rest();
      };
    });
  }

  /** One at a time, since others want to run as well. */
  #work(): void {
    this.#rest();
    const [first] = this.#waiting;
    if (first !== undefined && !this.isSpent) {
      this.#waiting.delete(first);
      first();
    }
    if (this.#waiting.size === 0) return;
    const wait = Math.max(0, this.#paid - this.#scheduler.now());
    this.#timer ??= timer(wait, this.#scheduler).subscribe(() => this.#work());
  }

  #rest(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
  }
}

/** One part of so many of the time. */
const SHARE = 20;
/** Milliseconds. */
const SAVED = 20_000;

/** What is counted apart, so that long lists leave time for marbles. */
export interface Efforts {
  readonly lists: Effort;
  readonly lives: Effort;
}

/** Those of all pages of one `devtools`. */
export const effortsOf = (scheduler: SchedulerLike): Efforts => ({
  lists: new Effort(scheduler),
  lives: new Effort(scheduler),
});
