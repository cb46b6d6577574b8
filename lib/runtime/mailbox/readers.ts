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
    (this.#reader ?? this.#readers)?.next(entry);
  }

  protected completeReaders(): void {
    const reader = this.#readers ?? this.#reader;
    this.#reader = undefined;
    this.#readers = undefined;
    reader?.complete();
  }

  /** All topics that are read; `undefined` if a reader does not say so, as only those of `ofTopic` do. */
  protected get topics(): readonly string[] | undefined {
    // rxjs shows the readers of a Subject nowhere else; this is asked for warnings only.
    const readers: readonly unknown[] = this.#readers?.observers ?? [this.#reader];
    const known = readers.filter((reader) => reader instanceof TopicReader);
    return known.length < readers.length ? undefined : known.flatMap(({ topics }) => topics);
  }
}
