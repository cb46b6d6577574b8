import { checkTopic, isLifecycleTopic, type Message, type Ref } from '../core/index.js';
import { Listeners } from './listeners.js';
import { type Meter, Notice, Outlet, type OutletOwner } from './outlet.js';
import type { Source } from './stream.js';

/** The bound of every mailbox of a system, and what happens beyond it (M11). */
export interface MailboxOptions {
  /** Ordinary messages that may wait; default 10,000. */
  readonly capacity?: number;
  /** Default `'reject'`: `send` returns false. `'dropOldest'` makes room, `'exit'` ends the process. */
  readonly overflow?: 'reject' | 'dropOldest' | 'exit';
}

/** How many bytes of frames may wait, where sizes are known (M11). */
const MAX_BYTES = 16 * 1024 * 1024;

/** The most that may wait before a sender that can should stop; it goes on at half (Q2). */
const HIGH = { depth: 1_000, bytes: 1024 * 1024 } as const;

/** The bound of a system's mailboxes with the marks that follow from it, shared by all of them. */
export class Bound {
  /** Where a sender that can wait should stop: well before a mailbox of any capacity is full. */
  readonly high: number;
  readonly low: number;

  constructor(readonly capacity: number) {
    this.high = Math.min(HIGH.depth, Math.ceil(capacity / 2));
    this.low = Math.floor(this.high / 2);
  }
}

/** `closing`: takes and drops (Y3). `stopping`: refuses (O2). `done`: there is nobody. */
export type Phase = 'open' | 'closing' | 'stopping' | 'done';

/** A message whose size counts, as the relay's frames do. The size is no field that a reader sees. */
export class SizedMessage implements Message {
  readonly ref?: Ref;
  readonly #size: number;

  constructor(
    readonly topic: string,
    readonly payload: unknown,
    readonly from: Message['from'],
    size: number,
  ) {
    this.#size = size;
  }

  static sizeOf(message: Message): number {
    return #size in message ? message.#size : 0;
  }
}

/** A notice on its way through several outlets, waiting in each behind what waits there. */
class Passage extends Notice {
  constructor(
    readonly notice: Notice,
    readonly ahead: Outlet<Message>[],
  ) {
    super();
  }

  deliver(): void {
    const next = this.ahead.shift();
    if (next === undefined) this.notice.deliver();
    else next.notify(this);
  }
}

/** A process's mailbox: what it admits, who of its outlets takes a message, and how much waits. */
export class Mailbox implements Meter<Message> {
  readonly #owner: OutletOwner;
  readonly #bound: Bound;
  inbox: Outlet<Message>;
  phase: Phase = 'open';
  /** Messages admitted and not yet taken by a reader, in the run queue or waiting. */
  depth = 0;
  bytes = 0;
  /** Messages still in the run queue that `dropOldest` has given up. */
  #forgotten = 0;
  #listeners: Listeners | undefined;
  #relief: Set<() => void> | undefined;

  constructor(owner: OutletOwner, bound: Bound) {
    this.#owner = owner;
    this.#bound = bound;
    this.inbox = new Outlet(owner, this);
  }

  /** Whether a message of this size is within the bound. */
  hasRoom(size: number): boolean {
    // A single one larger than the bound is let in where nothing else waits, or it never would be.
    return (
      this.depth < this.#bound.capacity && (this.bytes === 0 || this.bytes + size <= MAX_BYTES)
    );
  }

  /** Makes room by giving up the oldest ordinary message: one that waits, else the next to arrive. */
  dropOldest(): void {
    for (const outlet of this.#outlets) {
      const oldest = outlet.extractFirst(
        (entry) => 'topic' in entry && !isLifecycleTopic(entry.topic),
      );
      if (oldest !== undefined) return this.taken(oldest as Message);
    }
    this.#forgotten++;
  }

  /** Arrival (M10): to the listener of the topic, or to the inbox. */
  arrive(message: Message): void {
    if (this.#forgotten > 0 && !isLifecycleTopic(message.topic)) {
      this.#forgotten--;
      this.taken(message);
    } else {
      (this.#listeners?.match(message.topic) ?? this.inbox).offer(message);
    }
  }

  taken(message: Message): void {
    this.depth--;
    if (this.bytes > 0) this.bytes -= SizedMessage.sizeOf(message);
    if (this.#relief === undefined) return;
    if (this.depth <= this.#bound.low && this.bytes <= HIGH.bytes / 2) this.#relieve();
  }

  /** An EXIT comes after what was sent before it, in whichever outlet that waits (N5). */
  notify(notice: Notice): void {
    if (this.#listeners === undefined) this.inbox.notify(notice);
    else new Passage(notice, this.#outlets).deliver();
  }

  get #outlets(): Outlet<Message>[] {
    return [this.inbox, ...(this.#listeners?.outlets ?? [])];
  }

  /** The source of `self.listen(pattern)`: takes over the topic's waiting messages, too (M6, M7). */
  listening(pattern: string): Source<Message> {
    checkTopic(pattern);
    return {
      attach: (subscriber) => {
        if (this.phase === 'done') return subscriber.complete();
        this.#listeners ??= new Listeners();
        const listeners = this.#listeners;
        const listener = listeners.open(pattern, () => new Outlet(this.#owner, this));
        const { outlet } = listener;
        const mine = this.inbox.extract(
          (entry) => 'topic' in entry && listeners.match(entry.topic) === outlet,
        );
        if (mine.length > 0) outlet.restore(mine);
        outlet.attach(subscriber);
        return () => {
          if (listeners.close(listener)) this.inbox.restore(outlet.extract(() => true));
        };
      },
    };
  }

  /** Whether so much waits that a sender which can should pause (Q2). */
  get pressed(): boolean {
    return this.depth >= this.#bound.high || this.bytes >= HIGH.bytes;
  }

  /** Calls `run` once, when a pressed mailbox has emptied to its low mark, or at the end. */
  whenRelieved(run: () => void): () => void {
    this.#relief ??= new Set();
    this.#relief.add(run);
    return () => void this.#relief?.delete(run);
  }

  /** Readers complete, and whatever waits does so for the next body (U3). */
  renew(): void {
    const listeners = this.#listeners;
    this.#listeners = undefined;
    for (const outlet of listeners?.outlets ?? []) this.inbox.restore(outlet.extract(() => true));
    listeners?.closeAll();
    this.inbox = this.inbox.succeed();
  }

  /** The end: readers complete, and whoever waits for room need not. */
  close(): void {
    this.phase = 'done';
    this.inbox.close();
    this.#listeners?.closeAll();
    if (this.#relief !== undefined) this.#relieve();
  }

  #relieve(): void {
    const waiting = this.#relief ?? [];
    this.#relief = undefined;
    for (const run of waiting) run();
  }
}
