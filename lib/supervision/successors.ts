import { Observable, type Subscriber } from 'rxjs';
import type { Pid } from '../core/index.js';
import type { Child } from './state.js';

/** Who waits for children to start again; asked to look again whenever the supervisor's state may be another. */
export class Successors {
  readonly #childOf: (id: string) => Child | undefined;
  readonly #waiting = new Map<string, Set<Waiting>>();
  #hasEnded = false;

  constructor(childOf: (id: string) => Child | undefined) {
    this.#childOf = childOf;
  }

  /** The PIDs of a child that differ from the former one; completes when none will come. */
  of(id: string, former: Pid): Observable<Pid> {
    return new Observable((subscriber) => {
      const waiting = { subscriber, former };
      const all = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, all.add(waiting));
      subscriber.add(() => {
        if (all.delete(waiting) && all.size === 0) this.#waiting.delete(id);
      });
      this.#tell(id, [waiting]);
    });
  }

  look(): void {
    for (const [id, all] of this.#waiting) this.#tell(id, all);
  }

  end(): void {
    this.#hasEnded = true;
    this.look();
  }

  #tell(id: string, all: Iterable<Waiting>): void {
    const child = this.#hasEnded ? undefined : this.#childOf(id);
    const isGone = child === undefined || child.status === 'stopped';
    // Most changes are those of other children, and very many may wait.
    if (!isGone && child.pid === undefined) return;
    for (const waiting of [...all]) {
      const { subscriber, former } = waiting;
      if (isGone) subscriber.complete();
      else if (child.pid !== undefined && child.pid !== former) {
        waiting.former = child.pid;
        subscriber.next(child.pid);
      }
    }
  }
}

interface Waiting {
  readonly subscriber: Subscriber<Pid>;
  /** The PID that is known already. */
  former: Pid;
}
