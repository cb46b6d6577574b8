import { Observable, type Subscriber } from 'rxjs';
import { ProcessError } from '../core/index.js';
import { Fifo } from '../runtime/index.js';

/**
 * What has come and nobody has read yet, in order. Readers either subscribe, and get everything as it comes, or pull
 * one item after the other; while there is neither, items wait.
 */
export class UnreadItems<T> {
  // Invariant: while it has items, nobody pulls, and who subscribes is just being given them.
  readonly #waiting = new Fifo<T>(KEEP);
  readonly #pulls: ((item: T | undefined) => void)[] = [];
  readonly #subscribers = new Set<Subscriber<T>>();
  readonly #capacity: number;
  /** Called when one that has waited was read. */
  readonly #onRead: () => void;
  #hasEnded = false;

  constructor(capacity: number, onRead: () => void) {
    this.#capacity = capacity;
    this.#onRead = onRead;
  }

  /** All subscribers get what comes; the first one what has waited, too. Completes behind the last item. */
  readonly items$ = new Observable<T>((subscriber) => {
    if (this.#pulls.length > 0) return subscriber.error(twoReaders());
    this.#subscribers.add(subscriber);
    // Not returned, since it may leave while it is given what has waited.
    subscriber.add(() => this.#subscribers.delete(subscriber));
    this.#drain();
  });

  get hasRoom(): boolean {
    return this.#waiting.size < this.#capacity;
  }

  /** Takes one in any case; ask `hasRoom` before. */
  push(item: T): void {
    const pull = this.#pulls.shift();
    if (pull !== undefined) return pull(item);
    if (this.#subscribers.size === 0 || this.#waiting.size > 0) this.#waiting.push(item);
    else this.#emit(item);
  }

  /** No more will come. */
  end(): void {
    this.#hasEnded = true;
    this.#finish();
  }

  /** The next item; `undefined` behind the last one. @throws ProcessError `Invalid` while somebody is subscribed. */
  async pull(): Promise<T | undefined> {
    if (this.#subscribers.size > 0) throw twoReaders();
    if (this.#waiting.size === 0) {
      if (this.#hasEnded) return undefined;
      return new Promise((resolve) => this.#pulls.push(resolve));
    }
    const item = this.#waiting.shift();
    this.#onRead();
    return item;
  }

  #drain(): void {
    while (this.#waiting.size > 0 && this.#subscribers.size > 0) this.#emit(this.#waiting.shift());
    this.#onRead();
    this.#finish();
  }

  #emit(item: T): void {
    for (const subscriber of [...this.#subscribers]) subscriber.next(item);
  }

  #finish(): void {
    if (!this.#hasEnded || this.#waiting.size > 0) return;
    for (const subscriber of [...this.#subscribers]) subscriber.complete();
    for (const pull of this.#pulls.splice(0)) pull(undefined);
  }
}

/** How many slots the queue keeps when it is empty. */
const KEEP = 32;

const twoReaders = (): ProcessError =>
  new ProcessError(
    'Invalid',
    'messages$ has a subscriber, or an iterator waits: read in one of the two ways',
  );
