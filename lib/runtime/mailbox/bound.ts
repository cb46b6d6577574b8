/** The bound of mailboxes with the marks that follow from it; all mailboxes of a system share one. */
export class Bound {
  /** At this depth a sender that can wait should stop; it is half the capacity or less. */
  readonly high: number;
  /** At this depth it should go on. */
  readonly low: number;
  /** Topics that even a full mailbox takes; the adapter that sends them adds them (M11). */
  readonly #exempt = new Set<string>();
  /** Whether there are exempt topics: looked at for every message, where a Set's size would cost more. */
  hasExempt = false;
  /** From an exempt topic to the one whose unread message, of the same sender, it takes back (L2). */
  readonly undoes = new Map<string, string>();

  constructor(readonly capacity: number) {
    this.high = Math.min(HIGH.depth, Math.ceil(capacity / 2));
    this.low = Math.floor(this.high / 2);
  }

  isExempt(topic: string): boolean {
    return this.#exempt.has(topic);
  }

  /** Makes a topic exempt; whoever sends messages of it says so. */
  exempt(topic: string): void {
    this.#exempt.add(topic);
    this.hasExempt = true;
  }
}

/** The bound of every mailbox of a system, and what happens beyond it (M11). */
export interface MailboxOptions {
  /** Ordinary messages that may wait; default 10,000. */
  readonly capacity?: number | undefined;
  /** Default `'reject'`: `send` returns false. `'dropOldest'` makes room, `'exit'` ends the process. */
  readonly overflow?: 'reject' | 'dropOldest' | 'exit' | undefined;
}

/** How many bytes may wait, counted for messages whose size is known: frames (M11). */
export const MAX_BYTES = 16 * 1024 * 1024;

/** At these numbers a sender that can wait should stop; it goes on at half of them (Q2). */
export const HIGH = { depth: 1_000, bytes: 1024 * 1024 } as const;

/** No bound, for a process whose input is bounded in another way. */
export const UNBOUNDED = new Bound(Number.POSITIVE_INFINITY);
