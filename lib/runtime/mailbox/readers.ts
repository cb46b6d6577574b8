import { Subject, type Subscriber } from 'rxjs';
import { TopicReader } from '../../core/index.js';

/**
 * Who reads an outlet. A single reader is a Subscriber; it is looked at before each entry and, if closed,
 * forgotten, so that it needs no teardown. Several readers at the same time share a Subject. It is the
 * base of an outlet and no part of it, because an object more would cost memory for each process.
 */
export abstract class Readers<T extends object> {
  #reader: Subscriber<T> | undefined;
  #readers: Subject<T> | undefined;
  /** Whether anybody has ever subscribed. */
  everRead = false;

  protected addReader(subscriber: Subscriber<T>): void {
    if (this.#readers === undefined && this.hasReader()) {
      this.#readers = new Subject();
      this.#readers.subscribe(this.#reader);
      this.#reader = undefined;
    }
    if (this.#readers === undefined) this.#reader = subscriber;
    else this.#readers.subscribe(subscriber);
  }

  /** Whether somebody is subscribed now; forgets a reader that is not any more. */
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

  protected hand(entry: T): void {
    if (this.#reader !== undefined) return this.#reader.next(entry);
    if (this.#readers === undefined) return;
    handed = this.#readers.observers.length;
    passes = 0;
    this.#readers.next(entry);
  }

  protected completeReaders(): void {
    const reader = this.#readers ?? this.#reader;
    this.#reader = undefined;
    this.#readers = undefined;
    reader?.complete();
  }

  allPass(reader: object): boolean {
    if (this.#readers === undefined) return reader === this.#reader;
    // An `ofTopic` behind another operator is no reader of this outlet.
    return this.#all.includes(reader) && ++passes === handed;
  }

  get topics(): readonly string[] {
    return this.#all.flatMap((reader) => (reader instanceof TopicReader ? reader.topics : []));
  }

  get #all(): readonly object[] {
    return this.#readers?.observers ?? (this.#reader === undefined ? [] : [this.#reader]);
  }
}

// How many readers are handed the entry that is being delivered, and how many have let it pass. A reader
// may leave as it reads, so they are counted before; two variables do, because deliveries never nest (M4).
let handed = 0;
let passes = 0;
