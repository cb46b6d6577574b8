import { type SchedulerLike, Subscription } from 'rxjs';

/** The time that a client goes by: the machine's, or that of a scheduler, so that a test is a diagram (CC13). */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Does something after so many milliseconds, unless it is unsubscribed before. */
  after(ms: number, work: () => void): Subscription;
  /** Does something when the code that runs is over: in a microtask, or as the scheduler's next action. */
  soon(work: () => void): void;
}

/** The clock of a scheduler; without one the machine's, by timers of its own that cost less than rxjs's. */
export function clockOf(scheduler: SchedulerLike | undefined): Clock {
  if (scheduler) {
    return {
      now: () => scheduler.now(),
      after: (ms, work) => scheduler.schedule(() => work(), Math.min(ms, LONGEST)),
      soon: (work) => scheduler.schedule(() => work()),
    };
  }
  return {
    now: Date.now,
    after: (ms, work) => {
      const timer = setTimeout(work, Math.min(ms, LONGEST));
      return new Subscription(() => clearTimeout(timer));
    },
    soon: (work) => queueMicrotask(work),
  };
}

/** What a timer can wait at most, 24 days; one of more would be over at once. */
const LONGEST = 2 ** 31 - 1;
