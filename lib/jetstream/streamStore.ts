import {
  type Bounds,
  type Extent,
  type HistoryStream,
  type Hold,
  type Keeper,
  MemoryStore,
  newConnectionId,
  type Page,
  type PageLimit,
  type Shared,
  type SharedStore,
  type StoreLimits,
  type StreamEntry,
} from '../channels/index.js';
import { ProcessError } from '../core/index.js';
import { HeldStream } from './heldStream.js';
import type { Log } from './log.js';

/** The streams of a log that are held here, in memory as well, so that what is read of them need not wait. */
export class StreamStore extends MemoryStore implements SharedStore {
  readonly #log: Log;
  readonly #place: string;
  readonly #holds = new Map<string, HeldStream>();
  /** Bytes that wait for the log, and how many may. */
  #waiting = 0;
  readonly #most: number;
  readonly #age: number;
  #onEmpty: (() => void) | undefined;

  constructor(log: Log, { place, waiting, age, ...limits }: StreamLimits) {
    super(limits);
    this.#log = log;
    this.#place = place;
    this.#most = waiting;
    this.#age = age;
  }

  take(name: string, bounds: Bounds, keeper: Keeper): Hold {
    if (this.#holds.has(name)) throw new ProcessError('Invalid', `${name}: it is held already`);
    if (bounds.ttl > this.#age) {
      const text = `${name}: history.ttl is more than the age of its store; give that a greater one`;
      throw new ProcessError('Invalid', text);
    }
    const held = new HeldStream(
      {
        ...{ name, log: this.#log, now: () => this.now, newId: newConnectionId },
        report: (what, error) => this.host.report(`${this.#place}: ${what}`, error),
        adopt: (stream) => {
          if (stream === undefined) this.release(name);
          else this.adopt(stream, bounds);
        },
        state: () => {
          super.extent(name, bounds);
          return stateOf(this.streams.get(name) as HistoryStream);
        },
        append: (message: Shared) => super.append(name, message, bounds),
        weigh: (bytes) => this.#weigh(bytes),
        over: () => {
          this.#holds.delete(name);
          this.release(name);
          this.#lookIfEmpty();
        },
      },
      keeper,
    );
    this.#holds.set(name, held);
    held.begin();
    return held;
  }

  #weigh(bytes: number): boolean {
    // While nothing waits, one of any size is let in, because otherwise it never could be.
    if (bytes > 0 && this.#waiting > 0 && this.#waiting + bytes > this.#most) return false;
    this.#waiting += bytes;
    return true;
  }

  /** @throws ProcessError `Unavailable`: it cannot be answered at once; streams are taken, and then written. */
  override append(name: string): never {
    throw new ProcessError('Unavailable', `${name}: its history is written by its owner only`);
  }

  override extent(name: string, bounds: Bounds): Extent {
    this.#check(name);
    return super.extent(name, bounds);
  }

  override after(name: string, offset: number, limit: PageLimit, bounds: Bounds): Page {
    this.#check(name);
    return super.after(name, offset, limit, bounds);
  }

  override page(name: string, before: number, limit: PageLimit, bounds: Bounds): Page {
    this.#check(name);
    return super.page(name, before, limit, bounds);
  }

  #check(name: string): void {
    if (this.#holds.get(name)?.isOpen) return;
    throw new ProcessError('Unavailable', `${name}: its history is not held here`);
  }

  override added(entry: StreamEntry): void {
    super.added(entry);
    this.#holds.get(entry.stream.name)?.count(entry.offset, 1);
  }

  override removed(entry: StreamEntry): void {
    super.removed(entry);
    this.#holds.get(entry.stream.name)?.count(entry.offset, -1);
  }

  protected override begun({ name }: HistoryStream): void {
    this.#holds.get(name)?.renewed();
  }

  protected override ended({ name }: HistoryStream): void {
    this.#holds.get(name)?.forgotten();
  }

  /** Resolves when all that waits is in the log, or cannot be. */
  override async close(): Promise<void> {
    for (const held of [...this.#holds.values()]) held.release();
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      this.#lookIfEmpty();
    });
    await this.#log.close();
  }

  #lookIfEmpty(): void {
    if (this.#holds.size === 0) this.#onEmpty?.();
  }
}

/** The log, in words, and how much there may be. */
export interface StreamLimits extends StoreLimits {
  readonly place: string;
  /** Bytes that wait. */
  readonly waiting: number;
  /** Milliseconds for which the log keeps a record. */
  readonly age: number;
}

const stateOf = ({ epoch, top, floor, oldest }: HistoryStream) => ({
  ...{ epoch, top, floor },
  first: oldest?.offset,
});
