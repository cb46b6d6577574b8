import { Subject, type Subscriber } from 'rxjs';
import { type Holdable, setDelivering } from '../../core/index.js';
import { Fifo } from '../collections/fifo.js';
import type { Receiver } from '../queue/runQueue.js';
import { Notice } from './notice.js';
import type { Ahead, Meter, OutletOwner } from './owner.js';
import type { Source } from './processStream.js';

/**
 * The consumption stage (M10): keeps entries in order while nobody reads or a reader holds, and hands
 * them over one a turn otherwise. The inbox, each listened pattern and `signals$` are outlets.
 *
 * A reader is one Subscriber, looked at before each entry and forgotten once closed, so that leaving
 * costs nothing; a second reader at the same time makes a Subject of them.
 */
export class Outlet<T extends object> implements Holdable, Receiver, Source<T> {
  protected readonly owner: OutletOwner;
  readonly #meter: Meter<T> | undefined;
  #reader: Subscriber<T> | undefined;
  #readers: Subject<T> | undefined;
  #holds = 0;
  // Made when something first has to wait. Invariant: while an entry waits that could be handed over,
  // `#waking` is true and a turn of the run queue is due.
  #waiting: Fifo<T | Notice> | undefined;
  #waking = false;
  #closed = false;
  /** Whether anybody has ever subscribed. */
  everRead = false;

  constructor(owner: OutletOwner, meter?: Meter<T>) {
    this.owner = owner;
    this.#meter = meter;
  }

  /** Hands an entry over, or keeps it behind what waits already. */
  offer(entry: T): void {
    if (this.#holds === 0 && this.size === 0 && this.hasReader()) this.#deliver(entry);
    else this.#retain(entry);
  }

  /** Runs a notice, unless a reader has yet to take what came before it (N5). */
  notify(notice: Notice): void {
    if (this.size === 0 || !this.hasReader()) notice.deliver();
    else this.#retain(notice);
  }

  /** Adds a reader. Nothing is delivered inside this call: a waiting entry comes in a later turn (M7). */
  attach(subscriber: Subscriber<T>): void {
    this.everRead = true;
    if (this.#closed) return subscriber.complete();
    if (this.#readers === undefined && this.hasReader()) {
      this.#readers = new Subject();
      this.#readers.subscribe(this.#reader);
      this.#reader = undefined;
    }
    if (this.#readers === undefined) this.#reader = subscriber;
    else this.#readers.subscribe(subscriber);
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

  carried(run: () => void): () => void {
    return this.owner.queue.carried(run);
  }

  /** A wake-up's turn: one entry, then the next turn, so that nothing else is starved. */
  receive(): void {
    this.#waking = false;
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.size === 0) return;
    if (!this.hasReader()) {
      for (const notice of this.extract((entry) => entry instanceof Notice))
        this.owner.queue.resume(this, notice);
    } else if (this.#holds === 0 || waiting.peek() instanceof Notice) {
      // A hold keeps messages back, and notices only for the messages before them.
      const entry = waiting.shift();
      this.#wakeUp();
      this.owner.queue.resume(this, entry);
    }
  }

  /** Takes out waiting entries for another place. */
  extract(wanted: (entry: T | Notice) => boolean): (T | Notice)[] {
    return this.#waiting?.extract(wanted) ?? [];
  }

  extractFirst(wanted: (entry: T | Notice) => boolean): T | Notice | undefined {
    return this.#waiting?.extractFirst(wanted);
  }

  /** Puts extracted entries, in their order, each before the first that it is `ahead` of; default all. */
  restore(entries: readonly (T | Notice)[], ahead: Ahead = () => true): void {
    if (this.#closed || entries.length === 0) return;
    this.#waiting ??= new Fifo(KEEP);
    this.#waiting.merge(entries, ahead);
    this.#wakeUp();
  }

  /** One for the place of this one, with what waits: before this is closed, for its readers' last words. */
  successor(): Outlet<T> {
    return this.handOverTo(new Outlet(this.owner, this.#meter));
  }

  protected handOverTo<O extends Outlet<T>>(successor: O): O {
    successor.restore(this.extract(() => true));
    return successor;
  }

  /** The end: completes the readers and forgets what waits. */
  close(): void {
    this.#closed = true;
    this.#waiting = undefined;
    const reader = this.#readers ?? this.#reader;
    this.#reader = undefined;
    this.#readers = undefined;
    try {
      reader?.complete();
    } catch (error) {
      // A teardown of the reader's threw: the end goes on.
      this.crash(error);
    }
  }

  crash(error: unknown): void {
    this.owner.crash(error);
  }

  get held(): boolean {
    return this.#holds > 0;
  }

  get size(): number {
    return this.#waiting?.size ?? 0;
  }

  /** Whether somebody is subscribed now; forgets who no longer is. */
  hasReader(): boolean {
    if (this.#reader !== undefined) {
      if (!this.#reader.closed) return true;
      this.#reader = undefined;
    }
    if (this.#readers === undefined) return false;
    if (this.#readers.observed) return true;
    this.#readers = undefined;
    return false;
  }

  /** An entry has to wait. */
  kept(entry: T | Notice): void {
    this.#meter?.kept(entry);
  }

  /** An entry leaves for a reader. */
  taken(entry: T): void {
    this.#meter?.taken(entry);
  }

  #deliver(entry: T): void {
    // A watcher who is told may end the process: then nobody reads.
    this.taken(entry);
    setDelivering(this);
    try {
      (this.#reader ?? this.#readers)?.next(entry);
    } finally {
      setDelivering(undefined);
    }
  }

  /** The queue's side of `resume`: an entry has waited long enough. */
  handOver(entry: T | Notice): void {
    if (entry instanceof Notice) entry.deliver();
    else this.#deliver(entry);
  }

  /** From here on it waits. */
  #retain(entry: T | Notice): void {
    if (this.#closed) return;
    this.kept(entry);
    this.owner.queue.kept(entry);
    this.#waiting ??= new Fifo(KEEP);
    this.#waiting.push(entry);
  }

  #wakeUp(): void {
    if (this.#waking || this.size === 0) return;
    this.#waking = true;
    this.owner.queue.push(this, undefined);
  }
}

/** Slots that an emptied outlet keeps: there may be very many of them. */
const KEEP = 32;
