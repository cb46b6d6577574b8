import type { Receiver, RunQueue } from '../queue/runQueue.js';

/**
 * The part of a mailbox that few mailboxes need, so it is made on first use: messages that are counted
 * apart, and senders that wait for room. These proceed one after the other, each with a few messages in
 * its turn, because one that took all the room would shut out the others (Q2).
 */
export class Backlog implements Receiver {
  /** How many of the waiting messages have exempt topics, so that they take no room from others (M11). */
  exempt = 0;
  /** How many ordinary messages to drop when they arrive, because `dropOldest` found none that waits. */
  toDrop = 0;
  /** The mailbox; after an upgrade its successor. */
  mailbox: Marked;
  readonly #queue: RunQueue;
  readonly #waiting = new Set<Waiter>();
  /** How many more messages the sender whose turn it is may send; `undefined` outside of such turns. */
  #quota: number | undefined;
  /** Whether a turn of the run queue is due. Invariant: it is, while a sender waits and there is room. */
  #due = false;

  constructor(queue: RunQueue, mailbox: Marked) {
    this.#queue = queue;
    this.mailbox = mailbox;
  }

  /** Whether a sender has to wait: others wait before it, or it has used up its quota in this turn. */
  refuses(): boolean {
    return this.#quota === undefined ? this.#waiting.size > 0 : this.#quota-- <= 0;
  }

  /** Lets a sender wait behind all others; call the result if it need not wait any more. */
  add(waiter: Waiter): () => void {
    this.#waiting.add(waiter);
    return () => void this.#waiting.delete(waiter);
  }

  /** To be called when there is room again. */
  wake(): void {
    if (this.#due || this.#waiting.size === 0 || this.mailbox.aboveHighMark) return;
    this.#due = true;
    this.#queue.push(this, undefined);
  }

  /** Whether nobody waits, and nobody's turn is due. */
  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#quota === undefined && !this.#due;
  }

  /** Gives the turn to the sender that has waited longest. */
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

  /** Lets all senders proceed, because the mailbox has ended. */
  close(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const waiter of waiting) waiter.proceed();
  }
}

/** A sender that can wait for room. */
export interface Waiter {
  /** Hands over what it holds back, as long as the mailbox is not busy; then it waits again. */
  proceed(): void;
}

/** A mailbox as its backlog sees it. */
interface Marked {
  readonly aboveHighMark: boolean;
}

/** How many messages a waiting sender hands over in its turn. */
const QUOTA = 16;
