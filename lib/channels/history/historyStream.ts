import { channelFrame } from '../messages/encoded.js';
import type { Bounds, Entry, Extent, Page, PageLimit, Recordable } from './historyStore.js';
import { Shelf } from './shelf.js';

/** The stream of one channel: its entries, and which offsets were lost (CH2, CH3, CH8). */
export class HistoryStream implements Extent {
  top = 0;
  floor = 0;
  bytes = 0;
  /** Of its last entry. */
  lastAt = 0;
  readonly #entries = new Shelf<StreamEntry>();
  /** The entry of each key, once only the newest is to be kept. */
  #latest: Map<string, StreamEntry> | undefined;

  constructor(
    readonly name: string,
    readonly epoch: string,
    readonly owner: StreamOwner,
    /** When it was last used, in milliseconds since 1970. */
    public usedAt: number,
    /** As they were said when it was last used. */
    public bounds: Bounds,
  ) {}

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Its oldest entry. */
  get oldest(): StreamEntry | undefined {
    return this.#entries.oldest;
  }

  /** Those that are left, in the order of their offsets. */
  get entries(): readonly StreamEntry[] {
    return this.#entries.items.filter(({ isGone }) => !isGone);
  }

  append({ plain, key }: Recordable, at: number): StreamEntry {
    const offset = this.top + 1;
    const frame = channelFrame(this.name, plain, { offset, key });
    const head = frame.length - plain.length + 1;
    const size = Buffer.byteLength(frame);
    const entry = { offset, key, frame, head, size, at, stream: this, isGone: false };
    if (this.bounds.keep === 'latest') this.#replace(entry);
    else this.#latest = undefined;
    this.put(entry);
    return entry;
  }

  /** Takes an entry whose offset is above all others. */
  put(entry: StreamEntry): void {
    this.top = Math.max(this.top, entry.offset);
    this.lastAt = entry.at;
    this.#entries.push(entry);
    this.bytes += entry.size;
    this.owner.added(entry);
  }

  /** An entry takes the place of the older one of its key (CH8). */
  #replace(entry: StreamEntry): void {
    if (this.#latest === undefined) {
      this.#latest = new Map();
      // It may be that all were kept before.
      for (const each of this.entries) this.#replace(each);
    }
    const { key = '' } = entry;
    const replaced = this.#latest.get(key);
    if (replaced !== undefined) this.#remove(replaced);
    this.#latest.set(key, entry);
  }

  /** Since when there are neither entries nor anybody who has used it. */
  get idleSince(): number {
    return Math.max(this.usedAt, this.lastAt + this.bounds.ttl);
  }

  /** Lets go what is too old or too much by now. */
  trim(now: number): void {
    const { size, ttl, bytes } = this.bounds;
    for (let oldest = this.oldest; oldest !== undefined; oldest = this.oldest) {
      const isTooMuch = this.#entries.size > size || this.bytes > bytes;
      if (!isTooMuch && oldest.at + ttl > now) return;
      this.lose(oldest);
    }
  }

  /** An entry is lost: who has not seen it cannot come back to before it. */
  lose(entry: StreamEntry): void {
    this.floor = Math.max(this.floor, entry.offset);
    const { key = '' } = entry;
    if (this.#latest?.get(key) === entry) this.#latest.delete(key);
    this.#remove(entry);
  }

  #remove(entry: StreamEntry): void {
    entry.isGone = true;
    this.bytes -= entry.size;
    this.#entries.gone(entry);
    this.owner.removed(entry);
  }

  after(offset: number, limit: PageLimit): Page {
    return this.#collect(this.#above(offset), 1, limit);
  }

  before(offset: number, limit: PageLimit): Page {
    const { entries, more } = this.#collect(this.#above(offset - 1) - 1, -1, limit);
    return { entries: entries.reverse(), more };
  }

  /** Entries from a place on, forwards or backwards. */
  #collect(from: number, step: 1 | -1, limit: PageLimit): { entries: Entry[]; more: boolean } {
    const { items } = this.#entries;
    const entries: Entry[] = [];
    let bytes = 0;
    for (let at = from; at >= 0 && at < items.length; at += step) {
      const entry = items[at] as StreamEntry;
      if (entry.isGone) continue;
      bytes += entry.size;
      const isFull = entries.length >= limit.count || (bytes > limit.bytes && entries.length > 0);
      if (isFull) return { entries, more: true };
      entries.push(entry);
    }
    return { entries, more: false };
  }

  /** The place of the first entry above an offset; those that have gone count, as offsets rise among them as well. */
  #above(offset: number): number {
    const { items } = this.#entries;
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((items[middle] as StreamEntry).offset > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** An entry, and where it is. */
export interface StreamEntry extends Entry {
  readonly stream: HistoryStream;
  /** Whether it was lost, or replaced by a newer one. */
  isGone: boolean;
}

/** Who holds the streams. */
export interface StreamOwner {
  added(entry: StreamEntry): void;
  removed(entry: StreamEntry): void;
}
