import type { Receiver, RunQueue } from '../queue/runQueue.js';

/**
 * What few mailboxes keep, and make on first use: messages that are counted apart, and senders that wait
 * for room. Waiting senders come forward one after the other, each with a few messages a turn, because
 * whoever took all the room would be the first to wait again and shut out the others (Q2).
 */
export class Backlog implements Receiver {
  /** Messages of exempt topics among those that wait: they take no room from others (M11). */
  exempt = 0;
  /** Messages still in the run queue that `dropOldest` has given up. */
  toDrop = 0;
  /** The mailbox, or after an upgrade the one in its place. */
  mailbox: Marked;
  readonly #queue: RunQueue;
  readonly #waiting = new Set<Waiter>();
  /** How many more messages may come from the sender whose turn it is; `undefined`: nobody's turn. */
  #quota: number | undefined;
  /** Invariant: while somebody waits and there is room, a turn of the run queue is due. */
  #due = false;

  constructor(queue: RunQueue, mailbox: Marked) {
    this.#queue = queue;
    this.mailbox = mailbox;
  }

  /** Whether a message has to wait behind others, or its sender has handed over enough for this turn. */
  refuses(): boolean {
    return this.#quota === undefined ? this.#waiting.size > 0 : this.#quota-- <= 0;
  }

  /** Lets a sender wait behind all others; the result takes it back. */
  add(waiter: Waiter): () => void {
    this.#waiting.add(waiter);
    return () => void this.#waiting.delete(waiter);
  }

  /** There is room again. */
  wake(): void {
    if (this.#due || this.#waiting.size === 0 || this.mailbox.aboveHighMark) return;
    this.#due = true;
    this.#queue.push(this, undefined);
  }

  /** The turn of the sender that has waited longest. */
  receive(): void {
    this.#due = false;
    const [next] = this.#waiting;
    if (next === undefined || this.mailbox.aboveHighMark) return;
    this.#waiting.delete(next);
    this.#quota = QUOTA;
    next.proceed();
    this.#quota = undefined;
    this.wake();
  }

  /** The end of the mailbox: nobody needs to wait any more. */
  close(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const waiter of waiting) waiter.proceed();
  }
}

/** A sender that can wait. */
export interface Waiter {
  /** Hands over what it holds back, as long as the mailbox is not busy; then it waits again. */
  proceed(): void;
}

/** A mailbox as those who wait for it see it. */
interface Marked {
  readonly aboveHighMark: boolean;
}

/** Messages that a waiting sender hands over in one turn. */
const QUOTA = 16;
