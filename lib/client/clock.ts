import { type SchedulerLike, Subscription } from 'rxjs';

/** The time that a client goes by: the machine's, or that of a scheduler, so that a test is a diagram (CC13). */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Does something after so many milliseconds, and what it stands in for never; unsubscribed, it does neither. */
  after(ms: number, work: () => void, instead?: Subscription): Subscription;
  /** Does something when the code that runs is over: in a microtask, or as the scheduler's next action. */
  soon(work: () => void): void;
}

/** The clock of a scheduler; without one the machine's, by timers of its own that cost less than rxjs's. */
export function clockOf(scheduler: SchedulerLike | undefined): Clock {
  return {
    now: () => (scheduler ?? Date).now(),
    after: (ms, work, instead) => {
      instead?.unsubscribe();
      const least = Math.min(ms, LONGEST);
      if (scheduler) return scheduler.schedule(() => work(), least);
      const timer = setTimeout(work, least);
      return new Subscription(() => clearTimeout(timer));
    },
    soon: (work) => {
      if (scheduler) scheduler.schedule(() => work());
      else queueMicrotask(work);
    },
  };
}

/** What a timer can wait at most, 24 days; one of more would be over at once. */
const LONGEST = 2 ** 31 - 1;
