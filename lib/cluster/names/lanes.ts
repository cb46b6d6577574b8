import { defer, finalize, Observable, type Subscriber } from 'rxjs';

/**
 * Lets what concerns one name happen one after the other on a node. So two claims of a name here are one question to the
 * bucket, and nobody deletes a key that is just being written.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  /**
   * Subscribes to the work when its turn has come, unless nobody wants it any more by then. Work that has begun comes to
   * its end, as what was asked of the bucket cannot be taken back; it is given the subscriber to see who still wants it.
   */
  run<T>(name: string, work: (wanting: Subscriber<T>) => Observable<T>): Observable<T> {
    return new Observable<T>((subscriber) => {
      const lane = this.#lanes.get(name) ?? new Lane();
      this.#lanes.set(name, lane);
      lane.waiting.push(() => {
        if (subscriber.closed) return this.#leave(name, lane);
        defer(() => work(subscriber))
          .pipe(finalize(() => this.#leave(name, lane)))
          .subscribe({
            next: (value) => subscriber.next(value),
            error: (error) => subscriber.error(error),
            complete: () => subscriber.complete(),
          });
      });
      this.#go(name, lane);
    });
  }

  #leave(name: string, lane: Lane): void {
    lane.isFree = true;
    this.#go(name, lane);
  }

  /** A loop, and no recursion, because a thousand may wait and each be done at once. */
  #go(name: string, lane: Lane): void {
    if (lane.isGoing) return;
    lane.isGoing = true;
    while (lane.isFree && lane.waiting.length > 0) {
      lane.isFree = false;
      lane.waiting.shift()?.();
    }
    lane.isGoing = false;
    if (lane.isFree) this.#lanes.delete(name);
  }
}

/** What waits for one name. */
class Lane {
  readonly waiting: (() => void)[] = [];
  isFree = true;
  isGoing = false;
}
