import { ProcessError } from '../../core/index.js';
import type {
  Bounds,
  Entry,
  Extent,
  HistoryHost,
  HistoryStore,
  Page,
  PageLimit,
  Recordable,
} from './historyStore.js';
import { HistoryStream, type StreamEntry, type StreamOwner } from './historyStream.js';
import { adopted, type KeptStream } from './keptStream.js';
import { revived, type SavedStream } from './savedStream.js';
import { Shelf } from './shelf.js';

/** Keeps streams in memory, for as long as the Node process lives (CH2), and bounds them all together (CH3). */
export class MemoryStore implements HistoryStore, StreamOwner {
  #host: HistoryHost | undefined;
  /** By name, the one that was used longest ago first, to the minute. */
  protected readonly streams = new Map<string, HistoryStream>();
  /** The entries of all streams, the oldest first. */
  readonly #all = new Shelf<StreamEntry>();
  #bytes = 0;

  constructor(readonly limits: StoreLimits) {}

  /** How many streams and entries there are, and what they take of the memory, about. */
  get held(): { readonly streams: number; readonly entries: number; readonly bytes: number } {
    return { streams: this.streams.size, entries: this.#all.size, bytes: this.#bytes };
  }

  serve(host: HistoryHost): void {
    if (this.#host === host) return;
    if (this.#host !== undefined) {
      const text = 'history: the store serves another manager already: give each one of its own';
      throw new ProcessError('Invalid', text);
    }
    this.#host = host;
    for (const stream of this.streams.values()) stream.usedAt = host.now();
  }

  /** Takes streams that were kept elsewhere, as many as may be; called once, before it serves anybody. */
  protected restore(saved: readonly SavedStream[]): void {
    const streams = [...saved].sort((one, other) => one.lastAt - other.lastAt);
    const all = streams.flatMap((each) => {
      const { stream, entries } = revived(each, this);
      this.streams.set(each.name, stream);
      return entries;
    });
    all.sort((one, other) => one.at - other.at || one.offset - other.offset);
    for (const entry of all) entry.stream.put(entry);
    while (this.#bytes > this.limits.bytes) this.#loseOldest();
    for (const name of this.streams.keys()) {
      if (this.streams.size > this.limits.streams) this.forget(name);
    }
  }

  /** @throws ProcessError `Invalid`: it serves nobody yet. */
  protected get host(): HistoryHost {
    if (this.#host !== undefined) return this.#host;
    throw new ProcessError('Invalid', 'history: the store serves no manager yet');
  }

  extent(name: string, bounds: Bounds): Extent {
    const { epoch, top, floor } = this.#use(name, bounds);
    return { epoch, top, floor };
  }

  append(name: string, message: Recordable, bounds: Bounds): Entry {
    const stream = this.#use(name, bounds);
    const entry = stream.append(message, this.now);
    stream.trim(this.now);
    while (this.#bytes > this.limits.bytes) this.#loseOldest();
    return entry;
  }

  after(name: string, offset: number, limit: PageLimit, bounds: Bounds): Page {
    return this.#use(name, bounds).after(offset, limit);
  }

  page(name: string, before: number, limit: PageLimit, bounds: Bounds): Page {
    return this.#use(name, bounds).before(before, limit);
  }

  forget(name: string): void {
    const stream = this.release(name);
    if (stream !== undefined) this.ended(stream);
  }

  /** A stream is not kept here any more. */
  protected release(name: string): HistoryStream | undefined {
    const stream = this.streams.get(name);
    this.streams.delete(name);
    for (const entry of stream?.entries ?? []) stream?.lose(entry);
    return stream;
  }

  /** Takes a stream as it is kept elsewhere, in place of what is here of it. */
  protected adopt(kept: KeptStream, bounds: Bounds): void {
    this.release(kept.name);
    this.#makeRoom();
    this.streams.set(kept.name, adopted(kept, this, this.now, bounds));
    while (this.#bytes > this.limits.bytes) this.#loseOldest();
  }

  async close(): Promise<void> {}

  added(entry: StreamEntry): void {
    this.#all.push(entry);
    this.#bytes += entry.size + ENTRY;
  }

  removed(entry: StreamEntry): void {
    this.#bytes -= entry.size + ENTRY;
    this.#all.gone(entry);
  }

  /** A stream has begun. */
  protected begun(_: HistoryStream): void {}

  /** A stream has ended, and its entries are gone. */
  protected ended(_: HistoryStream): void {}

  /** Milliseconds since 1970. */
  protected get now(): number {
    return this.host.now();
  }

  /** A stream as it is now, begun if need be. */
  #use(name: string, bounds: Bounds): HistoryStream {
    const { now } = this;
    const known = this.streams.get(name);
    if (known !== undefined) known.bounds = bounds;
    if (known !== undefined && !this.#isOver(known)) {
      this.#touch(known);
      return known;
    }
    if (known !== undefined) this.forget(name);
    this.#makeRoom();
    const stream = new HistoryStream(name, this.host.newEpoch(), this, now, bounds);
    this.streams.set(name, stream);
    this.begun(stream);
    return stream;
  }

  /** Whether nobody has needed it for an hour (CH3). */
  #isOver(stream: HistoryStream): boolean {
    const { now } = this;
    stream.trim(now);
    const isIdle = stream.isEmpty && stream.idleSince + FORGOTTEN <= now;
    return isIdle && !this.host.isInUse(stream.name);
  }

  #touch(stream: HistoryStream): void {
    const { now } = this;
    // Its place among others is exact to the minute, as it costs more than the time.
    if (Math.floor(stream.usedAt / MINUTE) !== Math.floor(now / MINUTE)) this.#toEnd(stream);
    stream.usedAt = now;
  }

  #toEnd(stream: HistoryStream): void {
    this.streams.delete(stream.name);
    this.streams.set(stream.name, stream);
  }

  /** Forgets streams that nobody needs, and where there are too many, those that were used longest ago. */
  #makeRoom(): void {
    let looks = 0;
    for (const stream of this.streams.values()) {
      const isFull = this.streams.size >= this.limits.streams;
      if (++looks > LOOKS || (!isFull && !this.#isOver(stream))) return;
      // Not one of a channel with members, whose positions would then be those of another stream.
      if (this.host.isInUse(stream.name)) this.#toEnd(stream);
      else this.forget(stream.name);
    }
  }

  #loseOldest(): void {
    const oldest = this.#all.oldest as StreamEntry;
    oldest.stream.lose(oldest);
  }
}

/** How much all streams of a store may be. */
export interface StoreLimits {
  /** Bytes of all entries. */
  readonly bytes: number;
  /** How many streams. */
  readonly streams: number;
}

/** Bytes that an entry takes beside its text. */
const ENTRY = 128;
const MINUTE = 60_000;
/** Milliseconds after which a stream without members and entries is forgotten. */
const FORGOTTEN = 60 * MINUTE;
/** At so many streams one looks for each that begins. */
const LOOKS = 16;
