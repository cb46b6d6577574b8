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
  #listeners: Listeners | undefined;
  #backlog: Backlog | undefined;

  constructor(owner: OutletOwner, bound: Bound) {
    super(owner);
    this.#bound = bound;
  }

  get isOpen(): boolean {
    return this.phase === 'open';
  }

  /** From here on it takes messages and drops them, until the end (Y3). */
  beginClosing(): void {
    if (this.phase !== 'done') this.phase = 'closing';
  }

  /** Whether a message of this size is within the bound. */
  hasRoom(size: number): boolean {
    const { capacity } = this.#bound;
    if (this.depth >= capacity && this.depth - (this.#backlog?.exempt ?? 0) >= capacity)
      return false;
    // A single one larger than the bound is let in where nothing else waits, or it never would be.
    return this.bytes === 0 || this.bytes + size <= MAX_BYTES;
  }

  /** Counts a message that was admitted. */
  count(topic: string, size: number): void {
    if (++this.depth > this.highWater) this.highWater = this.depth;
    this.bytes += size;
    if (this.#bound.isExempt(topic)) this.#backlogOf().exempt++;
  }

  /** Makes room by giving up the oldest ordinary message: one that waits, else the next to arrive. */
  dropOldest(): void {
    for (const outlet of this.#outlets) {
      const oldest = outlet.extractFirst(
        (entry) => 'topic' in entry && !this.#bound.isExempt(entry.topic),
      );
      if (oldest !== undefined) return this.#leave(oldest as Message);
    }
    this.#backlogOf().forgotten++;
  }

  /** Arrival (M10): to the listener of the topic, or to the inbox. */
  arrive(message: Message): void {
    if (this.#backlog !== undefined && this.#givesUp(this.#backlog, message)) this.#leave(message);
    else (this.#listeners?.match(message.topic) ?? this).offer(message);
  }

  /** Whether a message that arrives is one too many, or undoes another that nobody has read. */
  #givesUp(backlog: Backlog, message: Message): boolean {
    const bound = this.#bound;
    if (backlog.forgotten > 0 && !bound.isExempt(message.topic)) return backlog.forgotten-- > 0;
    // The pair of them at least has to be there.
    const undone = backlog.exempt > 1 ? bound.undoes.get(message.topic) : undefined;
    const other = undone === undefined ? undone : takeBack(this.#outlets, message, undone);
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
          if (listeners.outlets.length === 0 && this.#listeners === listeners) {
            this.#listeners = undefined;
          }
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

  /** Whether so much waits that a sender which can should wait, too (Q2). */
  get aboveHighMark(): boolean {
    return this.depth >= this.#bound.high || this.bytes >= HIGH.bytes;
  }

  /** Whether a sender that can wait has to: there is no room, or others have waited longer. */
  get isBusy(): boolean {
    return this.aboveHighMark || this.#backlog?.refuses() === true;
  }

  /** Lets a sender proceed in its turn once the mailbox has emptied to its low mark, or ends. */
  waitForRoom(waiter: Waiter): () => void {
    return this.#backlogOf().add(waiter);
  }

  #backlogOf(): Backlog {
    this.#backlog ??= new Backlog(this.owner.queue, this);
    return this.#backlog;
  }

  /** A mailbox for the place of this one and the next body: readers are over, what waits is not (U3). */
  override successor(): Mailbox {
    const successor = new Mailbox(this.owner, this.#bound);
    successor.phase = this.phase;
    successor.depth = this.depth;
    successor.bytes = this.bytes;
    successor.highWater = this.highWater;
    successor.handled = this.handled;
    successor.#backlog = this.#backlog;
    if (this.#backlog !== undefined) this.#backlog.mailbox = successor;
    this.#backlog = undefined;
    const listeners = this.#listeners;
    listeners?.collect(listeners.outlets, this);
    return this.handOverTo(successor);
  }

  /** The end: readers complete, and whoever waits for room need not. */
  override close(): void {
    this.phase = 'done';
    super.close();
    this.#listeners?.closeAll();
    this.#backlog?.close();
  }
}

/** `closing`: takes and drops (Y3). `stopping`: refuses (O2). `done`: there is nobody. */
export type Phase = 'open' | 'closing' | 'stopping' | 'done';
