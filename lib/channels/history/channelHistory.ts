import type { HistoryPlan } from './historyOptions.js';
import type { Entry, Extent, HistoryStore, Page, Position, Recordable } from './historyStore.js';

/** The history of one channel as it is defined now: what is recorded, and what is given to who comes back. */
export class ChannelHistory {
  constructor(
    readonly store: HistoryStore,
    readonly name: string,
    readonly plan: HistoryPlan,
  ) {}

  get extent(): Extent {
    return this.store.extent(this.name, this.plan);
  }

  /** Where the stream is now (CH6). */
  get position(): Position {
    const { epoch, top } = this.extent;
    return { epoch, offset: top };
  }

  append(message: Recordable): Entry {
    return this.store.append(this.name, message, this.plan);
  }

  /** What a member gets that begins here: what it has missed `since`, the last ones, or the value of each key. */
  begin({ since, rewind }: Wish): Beginning {
    const { extent, plan } = this;
    const { epoch, top } = extent;
    if (since !== undefined) return this.#recover(since, extent);
    const isLatest = plan.keep === 'latest';
    if (!isLatest && rewind === undefined) return { epoch, offset: top, entries: [] };
    const count = isLatest ? Number.POSITIVE_INFINITY : Math.min(rewind as number, plan.recover);
    const bytes = isLatest ? Number.POSITIVE_INFINITY : MAX_BYTES;
    const { entries } = this.#page(top + 1, count, bytes);
    const from = isLatest ? 0 : (entries[0]?.offset ?? top + 1) - 1;
    return { epoch, offset: top, from, entries };
  }

  /** All that was published above a position, or nothing and why (CH4, CH5). */
  #recover(since: Position, extent: Extent): Beginning {
    const { epoch, top } = extent;
    const lost = (reason: Lost): Beginning => ({
      ...{ epoch, offset: top, recovered: false, reason },
      entries: [],
    });
    const reason = problemOf(since, extent);
    if (reason !== undefined) return lost(reason);
    const { entries, more } = this.#after(since.offset, this.plan.recover, MAX_BYTES);
    // One that is larger than all may be, as a page has at least one.
    const isTooLarge = entries.length === 1 && (entries[0] as Entry).size > MAX_BYTES;
    if (more || isTooLarge) return lost('too_many');
    return { epoch, offset: top, recovered: true, entries };
  }

  /** A page of the past (CH11): the first entries after a position, or the last ones below an offset, by default all. */
  page({ since, before, limit }: PageQuery): (Page & Position) | undefined {
    const { extent } = this;
    const { epoch, top } = extent;
    if (since !== undefined && problemOf(since, extent) !== undefined) return undefined;
    const page =
      since === undefined
        ? this.#page(before ?? top + 1, limit, MAX_BYTES)
        : this.#after(since.offset, limit, MAX_BYTES);
    return { epoch, offset: top, ...page };
  }

  #after(offset: number, count: number, bytes: number): Page {
    return this.store.after(this.name, offset, { count, bytes }, this.plan);
  }

  #page(before: number, count: number, bytes: number): Page {
    return this.store.page(this.name, before, { count, bytes }, this.plan);
  }
}

/** Why what follows a position cannot be told (CH5). */
function problemOf({ epoch, offset }: Position, extent: Extent): Lost | undefined {
  if (epoch !== extent.epoch) return 'epoch';
  if (offset > extent.top) return 'ahead';
  return offset < extent.floor ? 'expired' : undefined;
}

type Lost = 'epoch' | 'expired' | 'ahead' | 'too_many';

/** Where a member wants to begin; by default with what comes next. */
export interface Wish {
  /** Behind this; it goes before `rewind`. */
  readonly since?: Position | undefined;
  /** With the last so many. */
  readonly rewind?: number | undefined;
}

/** Where a member begins, and the entries that it gets before what comes next. */
export interface Beginning extends Position {
  readonly recovered?: boolean;
  readonly reason?: Lost;
  /** The offset before the first of the entries, where it is not that of a `since`. */
  readonly from?: number;
  readonly entries: readonly Entry[];
}

/** Which page is asked for. */
export interface PageQuery {
  readonly since?: Position | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Bytes of a replay and of a page. */
const MAX_BYTES = 1024 * 1024;
