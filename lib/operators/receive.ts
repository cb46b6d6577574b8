import type { Observable, Subscription } from 'rxjs';
import { holdDelivering, type Message } from '../core/index.js';

/**
 * Pulls messages one at a time, for a behaviour written as an async generator. While the body works on
 * a message the mailbox is held (M12); the loop ends when the process does, or with the source.
 * Subscribes at the first `next()`; what came before is retained by the mailbox (M7). An iterator that
 * is given up half-way holds the mailbox until its `return()`, which leaving a `for await` calls.
 *
 * @example
 * async function* handler(inbox: Inbox) {
 *   for await (const message of receive(inbox)) yield reply(message, 'done');
 * }
 */
export function receive<M extends Message>(source: Observable<M>): AsyncIterableIterator<M> {
  return new Reader(source);
}

/** A message that came ahead of its pull, and the function that resumes its source. */
interface Ahead<M> {
  readonly message: M;
  readonly resume: () => void;
}

/** A pull that waits for its message. */
interface Pull<M> {
  resolve(item: Item<M>): void;
  reject(error: unknown): void;
}

type Item<M> = IteratorResult<M>;

const END: Item<never> = { done: true, value: undefined };

/** One iteration of `receive`. */
class Reader<M> implements AsyncIterableIterator<M> {
  readonly #source: Observable<M>;
  // A mailbox is held from a delivery to the pull after it. What comes in spite of it waits here:
  // from a second outlet, or a source that cannot be held. Invariant: empty while a pull is pending.
  readonly #ahead: Ahead<M>[] = [];
  readonly #pulls: Pull<M>[] = [];
  #subscription: Subscription | undefined;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  // Resumes the source of the message that the body works on.
  #resume = (): void => {};

  constructor(source: Observable<M>) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Item<M>> {
    this.#resume();
    const next = this.#ahead.shift();
    if (next !== undefined) {
      this.#resume = next.resume;
      return Promise.resolve({ done: false, value: next.message });
    }
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve(END);
    return new Promise((resolve, reject) => {
      this.#pulls.push({ resolve, reject });
      this.#subscription ??= this.#subscribe();
    });
  }

  return(): Promise<Item<M>> {
    this.#ended = true;
    this.#resume();
    for (const { resume } of this.#ahead.splice(0)) resume();
    this.#subscription?.unsubscribe();
    this.#finish();
    return Promise.resolve(END);
  }

  #subscribe(): Subscription {
    return this.#source.subscribe({
      next: (message) => {
        const resume = holdDelivering();
        const pull = this.#pulls.shift();
        if (pull === undefined) {
          this.#ahead.push({ message, resume });
        } else {
          this.#resume = resume;
          pull.resolve({ done: false, value: message });
        }
      },
      error: (error) => {
        this.#ended = true;
        const pull = this.#pulls.shift();
        if (pull === undefined) this.#failure = { error };
        else pull.reject(error);
        this.#finish();
      },
      complete: () => {
        this.#ended = true;
        this.#finish();
      },
    });
  }

  #finish(): void {
    for (const { resolve } of this.#pulls.splice(0)) resolve(END);
  }
}
