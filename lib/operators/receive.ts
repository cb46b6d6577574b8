import type { Observable, Subscription } from 'rxjs';
import { holdDelivering, type Message } from '../core/index.js';

/**
 * Pulls messages one at a time, for a behaviour written as an async generator. While the body works on
 * a message the mailbox is held (M12); the loop ends when the process does, or with the source.
 * Subscribes at the first `next()`; what came before is retained by the mailbox (M7).
 *
 * @example
 * async function* handler(inbox: Inbox) {
 *   for await (const message of receive(inbox)) yield reply(message, 'done');
 * }
 */
export function receive<P>(source: Observable<Message<P>>): AsyncIterableIterator<Message<P>> {
  type Item = IteratorResult<Message<P>>;
  const END: Item = { done: true, value: undefined };
  // A mailbox is held from a delivery to the pull after it. Ahead stands what came all the same: from a
  // second outlet, or from a source that cannot be held; each with what lets its source go on.
  const ahead: { readonly message: Message<P>; readonly letGo: () => void }[] = [];
  let waiting: { resolve(item: Item): void; reject(error: unknown): void } | undefined;
  let subscription: Subscription | undefined;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  // Lets go of the source of the message that the body works on.
  let letGo = (): void => {};

  const take = (): typeof waiting => {
    const taken = waiting;
    waiting = undefined;
    return taken;
  };
  const start = (): Subscription =>
    source.subscribe({
      next: (message) => {
        const hold = holdDelivering();
        const reader = take();
        if (reader === undefined) {
          ahead.push({ message, letGo: hold });
        } else {
          letGo = hold;
          reader.resolve({ done: false, value: message });
        }
      },
      error: (error) => {
        ended = true;
        const reader = take();
        if (reader === undefined) failure = { error };
        else reader.reject(error);
      },
      complete: () => {
        ended = true;
        take()?.resolve(END);
      },
    });

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next(): Promise<Item> {
      letGo();
      const next = ahead.shift();
      if (next !== undefined) {
        letGo = next.letGo;
        return Promise.resolve({ done: false, value: next.message });
      }
      if (failure !== undefined) {
        const { error } = failure;
        failure = undefined;
        return Promise.reject(error);
      }
      if (ended) return Promise.resolve(END);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        subscription ??= start();
      });
    },
    return(): Promise<Item> {
      ended = true;
      letGo();
      for (const next of ahead.splice(0)) next.letGo();
      subscription?.unsubscribe();
      take()?.resolve(END);
      return Promise.resolve(END);
    },
  };
}
