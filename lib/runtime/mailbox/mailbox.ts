import { checkTopic, type Message } from '../../core/index.js';
import { Backlog, type Waiter } from './backlog.js';
import { type Bound, HIGH, MAX_BYTES } from './bound.js';
import { Listeners } from './listeners.js';
import { type Notice, Passage } from './notice.js';
import { Outlet } from './outlet.js';
import type { OutletOwner } from './owner.js';
import type { Source } from './processStream.js';
import { SizedMessage } from './sizedMessage.js';
import { takeBack } from './takeBack.js';

/**
 * A process's mailbox: the outlet of the inbox, which also decides what is admitted and which listener takes
 * a message, and counts what waits. It is one object, because there may be very many processes.
 *
 * The room `mailbox` is the way of a message from the run queue to a reader: begin here; `outlet.ts` hands
 * it to readers, `listeners.ts` chooses the outlet, `backlog.ts` has the senders that wait.
 */
export class Mailbox extends Outlet<Message> {
  readonly #bound: Bound;
  phase: Phase = 'open';
  /** Messages that were admitted and not yet taken by a reader: in the run queue or waiting. */
  depth = 0;
  bytes = 0;
  /** How many messages have waited at once, at most. */
  highWater = 0;
  /** How many messages readers have taken. */
  handled = 0;
  #listeners: Listeners | undefined;
  #backlog: Backlog | undefined;

  constructor(owner: OutletOwner, bound: Bound) {
    super(owner);
    this.#bound = bound;
  }

  get isOpen(): boolean {
    return this.phase === 'open';
  }

  /** From now on the mailbox takes messages and drops them, until the end (Y3). */
  beginClosing(): void {
    if (this.phase !== 'done') this.phase = 'closing';
  }

  /** Whether a message of this size is within the bound. */
  hasRoom(size: number): boolean {
    if (this.depth >= this.#bound.capacity && this.#isFull()) return false;
    // While no other bytes wait, a message of any size is let in, because otherwise it never could be.
    return this.bytes === 0 || this.bytes + size <= MAX_BYTES;
  }

  #isFull(): boolean {
    return this.depth - (this.#backlog?.exempt ?? 0) >= this.#bound.capacity;
  }

  /** Counts an admitted message apart if its topic is exempt, because it takes no room from others (M11). */
  countExempt(topic: string): void {
    if (this.#bound.isExempt(topic)) this.#backlogOf().exempt++;
  }

  /** Makes room by dropping the oldest ordinary message: one that waits, or else the next to arrive. */
  dropOldest(): void {
    for (const outlet of this.outlets) {
      const oldest = outlet.extractFirst(
        (entry) => 'topic' in entry && !this.#bound.isExempt(entry.topic),
      );
      if (oldest !== undefined) return this.#leave(oldest as Message);
    }
    this.#backlogOf().toDrop++;
  }

  /** A message arrives (M10): it goes to the listener of its topic, or to the inbox. */
  arrive(message: Message): void {
    if (this.#backlog !== undefined && this.#discards(this.#backlog, message)) this.#leave(message);
    else (this.#listeners?.match(message.topic) ?? this).offer(message);
  }

  /** Whether an arriving message is dropped: for `dropOldest`, or with an unread one that it undoes (L2). */
  #discards(backlog: Backlog, message: Message): boolean {
    const bound = this.#bound;
    if (backlog.toDrop > 0 && !bound.isExempt(message.topic)) return backlog.toDrop-- > 0;
    // Both are exempt and both are counted here, so with fewer than two there is no pair.
    const undone = backlog.exempt > 1 ? bound.undoes.get(message.topic) : undefined;
    const other = undone === undefined ? undone : takeBack(this.outlets, message, undone);
    if (other !== undefined) this.#leave(other);
    return other !== undefined;
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
    const backlog = this.#backlog;
    if (backlog === undefined) return;
    if (backlog.exempt > 0 && this.#bound.isExempt(message.topic)) backlog.exempt--;
    if (this.depth <= this.#bound.low && this.bytes <= HIGH.bytes / 2) backlog.wake();
  }

  /** Delivers an EXIT after all that was sent before it, in whichever outlet that waits (N5). */
  notifyBehindAll(notice: Notice): void {
    if (this.#listeners === undefined) this.notify(notice);
    else new Passage(notice, this.outlets).deliver();
  }

  get outlets(): Outlet<Message>[] {
    return [this, ...(this.#listeners?.outlets ?? [])];
  }

  /** The source of `self.listen(pattern)`; it also takes over waiting messages that match (M6, M7). */
  listening(pattern: string): Source<Message> {
    checkTopic(pattern);
    return {
      attach: (subscriber) => {
        if (this.phase === 'done') return subscriber.complete();
        this.owner.tracer?.asked('listen', pattern);
        this.#listeners ??= new Listeners().numberAll(this);
        const listeners = this.#listeners;
        const listener = listeners.open(pattern, () => new Outlet(this.owner, this));
        const { outlet } = listener;
        const mine = this.extract(
          (entry) => 'topic' in entry && listeners.match(entry.topic) === outlet,
        );
        if (mine.length > 0) outlet.restore(mine, listeners.isAhead);
        outlet.attach(subscriber);
        return () => {
          if (!listeners.close(listener)) return;
          listeners.fallBack(outlet, this);
          const isLast = listeners.outlets.length === 0 && this.#listeners === listeners;
          if (isLast) this.#listeners = undefined;
        };
      },
    };
  }

  get isRead(): boolean {
    return this.outlets.some((outlet) => outlet.hasReader());
  }

  get isHeld(): boolean {
    return this.outlets.some((outlet) => outlet.held);
  }

  /** Whether so much waits that a sender which can wait should do so (Q2). */
  get aboveHighMark(): boolean {
    return this.depth >= this.#bound.high || this.bytes >= HIGH.bytes;
  }

  /** Whether a sender that can wait has to do so, because there is no room or others have waited longer. */
  get isBusy(): boolean {
    return this.aboveHighMark || this.#backlog?.refuses() === true;
  }

  /** Lets a sender proceed in its turn, when the mailbox is below its low mark again or has ended. */
  waitForRoom(waiter: Waiter): () => void {
    return this.#backlogOf().add(waiter);
  }

  #backlogOf(): Backlog {
    this.#backlog ??= new Backlog(this.owner.queue, this);
    return this.#backlog;
  }

  /** A mailbox for the next body: what waits here moves there, the readers do not (U3). */
  override successor(): Mailbox {
    const successor = new Mailbox(this.owner, this.#bound);
    const { phase, depth, bytes, highWater, handled, everRead } = this;
    Object.assign(successor, { phase, depth, bytes, highWater, handled, everRead });
    successor.#backlog = this.#backlog;
    if (this.#backlog !== undefined) this.#backlog.mailbox = successor;
    this.#backlog = undefined;
    this.gather();
    return this.handOverTo(successor);
  }

  /** Moves what waits for listeners to the inbox, in order of arrival. */
  gather(): void {
    this.#listeners?.collect(this.#listeners.outlets, this);
  }

  /** Ends the mailbox: its readers complete, and senders that wait for room proceed. */
  override close(): void {
    this.phase = 'done';
    super.close();
    this.#listeners?.closeAll();
    this.#backlog?.close();
  }
}

/** `closing`: takes messages and drops them (Y3). `stopping`: refuses them (O2). `done`: has ended. */
export type Phase = 'open' | 'closing' | 'stopping' | 'done';
