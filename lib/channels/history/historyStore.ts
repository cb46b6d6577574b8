/**
 * Where the history of channels is kept: a *stream* of entries for each (CH2, CH13). It answers at once, so that a
 * membership, its reply and its replay are one turn (B17). `memoryStore.ts` is the usual one.
 *
 * The room `history` has what was sent: begin here; `historyStream.ts` is the stream of one channel, `memoryStore.ts` has
 * those of all with their bounds, and `channelHistory.ts` says what of it a client gets that comes back.
 */
export interface HistoryStore {
  /**
   * Begins to serve a manager; called once by each that uses it.
   *
   * @throws ProcessError `Invalid`: it serves another, whose channels may have the same names.
   */
  serve(host: HistoryHost): void;
  /** Where a stream is, which is begun if there is none, or if it was forgotten. */
  extent(name: string, bounds: Bounds): Extent;
  /** Adds a message, for which older ones may have to go. */
  append(name: string, message: Recordable, bounds: Bounds): Entry;
  /** The entries above an offset, beginning with the lowest. */
  after(name: string, offset: number, limit: PageLimit, bounds: Bounds): Page;
  /** The last entries below an offset, the lowest first. */
  page(name: string, before: number, limit: PageLimit, bounds: Bounds): Page;
  /** Ends a stream: the next one of this name has another epoch. */
  forget(name: string): void;
  /** How much is in it. */
  readonly held: { readonly streams: number; readonly entries: number; readonly bytes: number };
  /** Resolves when all that was appended is where it is to be; nothing can be appended from now on. */
  close(): Promise<void>;
}

/** The manager that a store serves. */
export interface HistoryHost {
  /** Milliseconds since 1970, by the system's clock. */
  now(): number;
  /** Whether anybody is in a channel: its stream must go on, or its members would take the next one for it. */
  isInUse(name: string): boolean;
  /** 8 random characters. */
  newEpoch(): string;
  /** Tells of something that has failed. */
  report(what: string, error: unknown): void;
}

/** How much of a stream is kept. */
export interface Bounds {
  /** How many entries; with `'latest'` how many keys. */
  readonly size: number;
  /** Milliseconds for which an entry is kept. */
  readonly ttl: number;
  /** Bytes of entries. */
  readonly bytes: number;
  /** Of `'latest'` only the newest entry of each key. */
  readonly keep: 'all' | 'latest';
}

/** A place in the history of a channel. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** A stream from its first to its last entry. */
export interface Extent {
  /** 8 random characters, new whenever a stream begins. */
  readonly epoch: string;
  /** Its last offset; 0: nothing was ever published. */
  readonly top: number;
  /** The highest offset that was lost: to size, ttl or bytes, and not to a newer entry of its key. */
  readonly floor: number;
}

/** A message on its way into a stream. */
export interface Recordable {
  /** Its text in the dialect of the page. */
  readonly plain: string;
  readonly key: string | undefined;
}

/** A message in a stream, as it is sent in v1 (CH3). */
export interface Entry {
  readonly offset: number;
  readonly key: string | undefined;
  readonly frame: string;
  /** Characters of its extension keys, so that the dialect of the page is a slice of it. */
  readonly head: number;
  /** Bytes of the frame. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How long a page may be: it ends before the entry that would exceed this, but has at least one. */
export interface PageLimit {
  readonly count: number;
  readonly bytes: number;
}

/** Entries in the order of their offsets. */
export interface Page {
  readonly entries: readonly Entry[];
  /** Whether there are others, in the direction in which one reads. */
  readonly more: boolean;
}
