import type { Subscriber } from 'rxjs';
import { type Holdable, type Message, type Pid, setDelivering } from '../../core/index.js';
import { Fifo } from '../collections/fifo.js';
import type { Receiver } from '../queue/runQueue.js';
import { Notice } from './notice.js';
import type { Ahead, Meter, OutletOwner } from './owner.js';
import type { Source } from './processStream.js';
import { Readers } from './readers.js';

/**
 * Where entries wait for their readers (M10): it keeps them in order while nobody reads or a reader holds,
 * and otherwise hands over one in each turn. The inbox, each listened pattern and `signals$` are outlets.
 */
export class Outlet<T extends object> extends Readers<T> implements Holdable, Receiver, Source<T> {
  protected readonly owner: OutletOwner;
  readonly #meter: Meter<T> | undefined;
  #holds = 0;
  // Made when an entry has to wait for the first time. Invariant: while an entry waits that could be
  // handed over, `#waking` is true and a turn of the run queue is due.
  #waiting: Fifo<T | Notice> | undefined;
  #waking = false;
  #closed = false;

  constructor(owner: OutletOwner, meter?: Meter<T>) {
    super();
    this.owner = owner;
    this.#meter = meter;
  }

  /** Hands an entry over, or keeps it behind those that wait already. */
  offer(entry: T): void {
    if (this.#holds === 0 && this.size === 0 && this.hasReader()) this.#deliver(entry);
    else this.#retain(entry);
  }

  /** Delivers a notice, unless a reader has not yet taken what came before it (N5). */
  notify(notice: Notice): void {
    if (this.size === 0 || !this.hasReader()) notice.deliver();
    else this.#retain(notice);
  }

  /** Adds a reader. It gets nothing within this call, because waiting entries come in later turns (M7). */
  attach(subscriber: Subscriber<T>): void {
    this.everRead = true;
    if (this.#closed) return subscriber.complete();
    this.addReader(subscriber);
    this.#wakeUp();
  }

  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (held && --this.#holds === 0) this.#wakeUp();
      held = false;
    };
  }

  bindContext(run: () => void): () => void {
    return this.owner.queue.bindContext(run);
  }

  /** A reader has not read the message; a warning tells of it if none of the others has (I10). */
  passed(message: Message, reader: object): void {
    this.owner.passed(message, reader, this);
  }

  /** Hands over one entry that waits; the next one comes in another turn, so that others can run. */
  receive(): void {
    this.#waking = false;
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.size === 0) return;
    if (!this.hasReader()) {
      for (const notice of this.extract((entry) => entry instanceof Notice))
        this.owner.queue.resume(this, notice);
    } else if (this.#holds === 0 || waiting.peek() instanceof Notice) {
      // A hold keeps messages back, but not a notice that no message waits before.
      const entry = waiting.shift();
      this.#wakeUp();
      this.owner.queue.resume(this, entry);
    }
  }

  /** Takes out waiting entries, which then belong to the caller. */
  extract(wanted: (entry: T | Notice) => boolean): (T | Notice)[] {
    return this.#waiting?.extract(wanted) ?? [];
  }

  extractFirst(wanted: (entry: T | Notice) => boolean): T | Notice | undefined {
    return this.#waiting?.extractFirst(wanted);
  }

  /** Inserts entries in their order, each before the first that it is `ahead` of; default: before all. */
  restore(entries: readonly (T | Notice)[], ahead: Ahead = () => true): void {
    if (this.#closed || entries.length === 0) return;
    this.#waiting ??= new Fifo(KEEP);
    this.#waiting.merge(entries, ahead);
    this.#wakeUp();
  }

  /** The outlet that replaces this one and gets what waits. To be called before `close`, which forgets it. */
  successor(): Outlet<T> {
    return this.handOverTo(new Outlet(this.owner, this.#meter));
  }

  protected handOverTo<O extends Outlet<T>>(successor: O): O {
    successor.restore(this.extract(() => true));
    return successor;
  }

  /** Ends the outlet: its readers complete, and what waits is forgotten. */
  close(): void {
    this.#closed = true;
    this.#waiting = undefined;
    try {
      this.completeReaders();
    } catch (error) {
      // The reader's teardown has thrown; the rest of the end must go on.
      this.crash(error);
    }
  }

  crash(error: unknown): void {
    this.owner.crash(error);
  }

  get ownerPid(): Pid | undefined {
    return this.owner.pid;
  }

  get held(): boolean {
    return this.#holds > 0;
  }

  /** Whether entries wait and nobody has ever subscribed. */
  get isUnread(): boolean {
    return !this.everRead && this.size > 0;
  }

  get size(): number {
    return this.#waiting?.size ?? 0;
  }

  /** Called when an entry has to wait. */
  kept(entry: T | Notice): void {
    this.#meter?.kept(entry);
  }

  /** Called when an entry is about to be handed to a reader. */
  taken(entry: T): void {
    this.#meter?.taken(entry);
  }

  #deliver(entry: T): void {
    // Whoever traces this may end the process, and then there is no reader any more.
    this.taken(entry);
    setDelivering(this);
    try {
      this.hand(entry);
    } finally {
      setDelivering(undefined);
    }
  }

  /** Called by the queue's `resume`, in the context that was kept for the entry. */
  handOver(entry: T | Notice): void {
    if (entry instanceof Notice) entry.deliver();
    else this.#deliver(entry);
  }

  /** Keeps an entry until a reader takes it. */
  #retain(entry: T | Notice): void {
    if (this.#closed) return;
    this.kept(entry);
    this.owner.queue.keepContext(entry);
    this.#waiting ??= new Fifo(KEEP);
    this.#waiting.push(entry);
  }

  #wakeUp(): void {
    if (this.#waking || this.size === 0) return;
    this.#waking = true;
    this.owner.queue.push(this, undefined);
  }
}

/** How many slots an empty outlet keeps; few, because there may be very many outlets. */
const KEEP = 32;
