import { concatMap, defer, type Observable, of, type SchedulerLike, timer } from 'rxjs';

/**
 * Emits once, as soon as the scheduler's clock shows a time, at once if it does already (X13). The clock is
 * looked at again when a timer fires, because Node fires none later than 2^31-1 ms (H7), and the machine's
 * time of day may have been changed meanwhile.
 */
export function expiry(time: number, scheduler: SchedulerLike): Observable<unknown> {
  return defer(() => {
    const left = time - scheduler.now();
    if (left <= 0) return of(undefined);
    return timer(Math.min(left, 2 ** 31 - 1), scheduler).pipe(
      concatMap(() => expiry(time, scheduler)),
    );
  });
}
