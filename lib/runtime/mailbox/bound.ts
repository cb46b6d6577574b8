/** The bound of a system's mailboxes with the marks that follow from it, shared by all of them. */
export class Bound {
  /** Where a sender that can wait should stop: well before a mailbox of any capacity is full. */
  readonly high: number;
  readonly low: number;
  /** Topics that a full mailbox takes all the same; whoever sends them says so (M11). */
  readonly exempt = new Set<string>();
  /** Exempt topics whose message takes an unread one of another topic back, both by the same sender (L2). */
  readonly undoes = new Map<string, string>();

  constructor(readonly capacity: number) {
    this.high = Math.min(HIGH.depth, Math.ceil(capacity / 2));
    this.low = Math.floor(this.high / 2);
  }

  /** Looked at for every message: without a relay in the system no topic is exempt, and none is looked up. */
  isExempt(topic: string): boolean {
    return this.exempt.size > 0 && this.exempt.has(topic);
  }
}

/** The bound of every mailbox of a system, and what happens beyond it (M11). */
export interface MailboxOptions {
  /** Ordinary messages that may wait; default 10,000. */
  readonly capacity?: number;
  /** Default `'reject'`: `send` returns false. `'dropOldest'` makes room, `'exit'` ends the process. */
  readonly overflow?: 'reject' | 'dropOldest' | 'exit';
}

/** How many bytes of frames may wait, where sizes are known (M11). */
export const MAX_BYTES = 16 * 1024 * 1024;

/** The most that may wait before a sender that can should stop; it goes on at half (Q2). */
export const HIGH = { depth: 1_000, bytes: 1024 * 1024 } as const;

/** For a process whose input is bounded otherwise. */
export const UNBOUNDED = new Bound(Number.POSITIVE_INFINITY);
