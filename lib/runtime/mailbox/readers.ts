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

  /** Whether a topic may be read: a reader lets it through, or is none of `ofTopic` and may take any. */
  wants(topic: string): boolean {
    for (const reader of this.#all) {
      if (!(reader instanceof TopicReader) || reader.topics.includes(topic)) return true;
    }
    return false;
  }

  /** The topics of those readers that are of `ofTopic`. */
  get topics(): readonly string[] {
    return this.#all.flatMap((reader) => (reader instanceof TopicReader ? reader.topics : []));
  }

  get #all(): readonly unknown[] {
    // rxjs shows the readers of a Subject nowhere else; they are looked at for warnings only.
    return this.#readers?.observers ?? [this.#reader];
  }
}
