import { Observable, type Subscription, timer } from 'rxjs';
import type { Kernel } from '../../runtime/index.js';

/**
 * The time that all pages together may take for one kind of work: a fortieth, which is saved up for 40 s while nothing is
 * asked. When it is spent, who comes waits for a turn, so that pages make each other slow, and not the server.
 */
export class Effort {
  readonly #time: Time;
  readonly #waiting = new Set<() => void>();
  /** When there is time again. */
  #paid = Number.NEGATIVE_INFINITY;
  #timer: Subscription | undefined;

  constructor(time: Time) {
    this.#time = time;
  }

  get isSpent(): boolean {
    return this.#paid > this.#time.uptime();
  }

  /** Does it now, and counts how long that takes: whole milliseconds, which are right for very many that are short. */
  count<T>(work: () => T): T {
    const begun = this.#time.uptime();
    try {
      return work();
    } finally {
      const now = this.#time.uptime();
      this.#paid = Math.max(this.#paid, now - SAVED) + SHARE * (now - begun);
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
    const wait = Math.max(0, this.#paid - this.#time.uptime());
    this.#timer ??= timer(wait, this.#time.scheduler).subscribe(() => this.#work());
  }

  #rest(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
  }
}

/** That of a system. */
type Time = Pick<Kernel, 'scheduler' | 'uptime'>;

/** One part of so many of the time. */
export const SHARE = 40;
/** Milliseconds. */
const SAVED = 40_000;
