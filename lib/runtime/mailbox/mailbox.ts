import { checkTopic, type Message } from '../../core/index.js';
import { type Bound, HIGH, MAX_BYTES } from './bound.js';
import { Listeners } from './listeners.js';
import { type Notice, Passage } from './notice.js';
import { Outlet } from './outlet.js';
import type { OutletOwner } from './owner.js';
import type { Source } from './processStream.js';
import { SizedMessage } from './sizedMessage.js';

/** `closing`: takes and drops (Y3). `stopping`: refuses (O2). `done`: there is nobody. */
export type Phase = 'open' | 'closing' | 'stopping' | 'done';

/**
 * A process's mailbox: the outlet of its inbox, which also says what is admitted, which listener takes
 * a message before it, and how much waits. One object: each process of very many has it.
 */
export class Mailbox extends Outlet<Message> {
  readonly #bound: Bound;
  phase: Phase = 'open';
  /** Messages admitted and not yet taken by a reader, in the run queue or waiting. */
  depth = 0;
  bytes = 0;
  /** The most that ever waited at once. */
  highWater = 0;
  /** How many messages readers have taken. */
  handled = 0;
  /** Messages still in the run queue that `dropOldest` has given up. */
  #forgotten = 0;
  #listeners: Listeners | undefined;
  #relief: Set<() => void> | undefined;

  constructor(owner: OutletOwner, bound: Bound) {
    super(owner);
    this.#bound = bound;
  }

  /** From here on it takes messages and drops them, until the end (Y3). */
  beginClosing(): void {
    if (this.phase !== 'done') this.phase = 'closing';
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
        (entry) => 'topic' in entry && !this.#bound.exempt.has(entry.topic),
      );
      if (oldest !== undefined) return this.#leave(oldest as Message);
    }
    this.#forgotten++;
  }

  /** Arrival (M10): to the listener of the topic, or to the inbox. */
  arrive(message: Message): void {
    if (this.#forgotten > 0 && !this.#bound.exempt.has(message.topic)) {
      this.#forgotten--;
      this.#leave(message);
    } else {
      (this.#listeners?.match(message.topic) ?? this).offer(message);
    }
  }

  override kept(entry: Message | Notice): void {
    this.#listeners?.number(entry);
  }

  override taken(message: Message): void {
    this.handled++;
    this.owner.tracer?.received(message);
    this.#leave(message);
  }

  #leave(message: Message): void {
    this.depth--;
    if (this.bytes > 0) this.bytes -= SizedMessage.sizeOf(message);
    if (this.#relief === undefined) return;
    if (this.depth <= this.#bound.low && this.bytes <= HIGH.bytes / 2) this.#relieve();
  }

  /** An EXIT comes after what was sent before it, in whichever outlet that waits (N5). */
  notifyBehindAll(notice: Notice): void {
    if (this.#listeners === undefined) this.notify(notice);
    else new Passage(notice, this.#outlets).deliver();
  }

  get #outlets(): Outlet<Message>[] {
    return [this, ...(this.#listeners?.outlets ?? [])];
  }

  /** The source of `self.listen(pattern)`: takes over the topic's waiting messages, too (M6, M7). */
  listening(pattern: string): Source<Message> {
    checkTopic(pattern);
    return {
      attach: (subscriber) => {
        if (this.phase === 'done') return subscriber.complete();
        this.owner.tracer?.asked('listen', pattern);
        const listeners = this.#listening();
        const listener = listeners.open(pattern, () => new Outlet(this.owner, this));
        const { outlet } = listener;
        const mine = this.extract(
          (entry) => 'topic' in entry && listeners.match(entry.topic) === outlet,
        );
        if (mine.length > 0) outlet.restore(mine, listeners.isAhead);
        outlet.attach(subscriber);
        return () => {
          if (listeners.close(listener)) this.#fallBack(outlet, listeners);
        };
      },
    };
  }

  /** Whether somebody reads the inbox or a listened pattern. */
  get isRead(): boolean {
    return this.#outlets.some((outlet) => outlet.hasReader());
  }

  /** Whether a reader holds back what waits, in the inbox or a listened pattern (M12). */
  get isHeld(): boolean {
    return this.#outlets.some((outlet) => outlet.held);
  }

  /** The listeners; with the first one, what waits is numbered, because it may change its outlet. */
  #listening(): Listeners {
    if (this.#listeners !== undefined) return this.#listeners;
    this.#listeners = new Listeners();
    const waiting = this.extract(() => true);
    for (const entry of waiting) this.#listeners.number(entry);
    this.restore(waiting);
    return this.#listeners;
  }

  /** What a pattern's last user leaves waiting goes where it would go now, in order of arrival (M3, M6). */
  #fallBack(from: Outlet<Message>, listeners: Listeners): void {
    for (const outlet of listeners.outlets) {
      const theirs = from.extract((e) => 'topic' in e && listeners.match(e.topic) === outlet);
      outlet.restore(theirs, listeners.isAhead);
    }
    this.restore(
      from.extract(() => true),
      listeners.isAhead,
    );
    const isOver = listeners.outlets.length === 0 && this.#listeners === listeners;
    if (isOver) this.#listeners = undefined;
  }

  /** Whether so much waits that a sender which can should pause (Q2). */
  get aboveHighMark(): boolean {
    return this.depth >= this.#bound.high || this.bytes >= HIGH.bytes;
  }

  /** Calls `run` once, when a aboveHighMark mailbox has emptied to its low mark, or at the end. */
  whenBelowLowMark(run: () => void): () => void {
    this.#relief ??= new Set();
    const relief = this.#relief.add(run);
    return () => void relief.delete(run);
  }

  /** A mailbox for the place of this one and the next body: readers are over, what waits is not (U3). */
  override successor(): Mailbox {
    const successor = new Mailbox(this.owner, this.#bound);
    successor.phase = this.phase;
    successor.depth = this.depth;
    successor.bytes = this.bytes;
    successor.highWater = this.highWater;
    successor.handled = this.handled;
    successor.#forgotten = this.#forgotten;
    successor.#relief = this.#relief;
    this.#relief = undefined;
    const listeners = this.#listeners;
    for (const outlet of listeners?.outlets ?? []) {
      this.restore(
        outlet.extract(() => true),
        listeners?.isAhead,
      );
    }
    return this.handOverTo(successor);
  }

  /** The end: readers complete, and whoever waits for room need not. */
  override close(): void {
    this.phase = 'done';
    super.close();
    this.#listeners?.closeAll();
    if (this.#relief !== undefined) this.#relieve();
  }

  #relieve(): void {
    const waiting = this.#relief ?? [];
    this.#relief = undefined;
    for (const run of waiting) run();
  }
}
