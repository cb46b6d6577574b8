import fc from 'fast-check';
import type {
  Bounds,
  Entry,
  HistoryHost,
  HistoryStore,
} from '../../../lib/channels/history/historyStore.js';

export const NAMES = ['a', 'ünïcode'] as const;

/** What may be done to a store; times in milliseconds. */
export type Deed =
  | { readonly type: 'append'; readonly name: string; readonly key?: string; readonly size: number }
  | { readonly type: 'wait'; readonly millis: number }
  | { readonly type: 'forget'; readonly name: string }
  | { readonly type: 'use'; readonly name: string; readonly isInUse: boolean };

const name = fc.constantFrom(...NAMES);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('append' as const),
      name,
      key: fc.constantFrom('x', 'y', 'z'),
      size: fc.integer({ min: 0, max: 60 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      millis: fc.constantFrom(1, 400, 1_000, 3_600_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forget' as const), name }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('use' as const), name, isInUse: fc.boolean() }),
  },
);

/** Bounds, and what is done within them. */
export const deeds = fc.record({
  bounds: fc.record({
    size: fc.integer({ min: 1, max: 8 }),
    ttl: fc.constantFrom(900, 10_000_000),
    bytes: fc.constantFrom(150, 400, 1_000_000),
    keep: fc.constantFrom('all' as const, 'latest' as const),
  }),
  total: fc.constantFrom(900, 1_000_000),
  list: fc.array(deed, { maxLength: 60, size: 'max' }),
});

/** A stream as one would write it down: a list, from which is taken away what is too much. */
interface NaiveStream {
  epoch: string;
  top: number;
  floor: number;
  usedAt: number;
  lastAt: number;
  entries: { offset: number; key: string; plain: string; size: number; at: number }[];
}

interface Placed {
  readonly stream: NaiveStream;
  readonly offset: number;
}

/** A host with a clock of its own. */
export class ModelHost implements HistoryHost {
  time = 1_000_000;
  epochs = 0;
  readonly used = new Set<string>();
  readonly reports: string[] = [];

  now = (): number => this.time;
  isInUse = (channel: string): boolean => this.used.has(channel);
  newEpoch = (): string => `epoch-${++this.epochs}`;
  report = (what: string, error: unknown): void => void this.reports.push(`${what}: ${error}`);
}

/** The naive store. */
export class Naive {
  readonly streams = new Map<string, NaiveStream>();
  #all: Placed[] = [];

  constructor(
    readonly host: ModelHost,
    readonly bounds: Bounds,
    readonly total: number,
  ) {}

  use(channel: string): NaiveStream {
    const { time, used, epochs } = this.host;
    let stream = this.streams.get(channel);
    if (stream !== undefined) this.#trim(stream);
    const idleSince = Math.max(stream?.usedAt ?? 0, (stream?.lastAt ?? 0) + this.bounds.ttl);
    const isOver =
      stream?.entries.length === 0 && idleSince + 3_600_000 <= time && !used.has(channel);
    if (stream === undefined || isOver) {
      stream = {
        epoch: `epoch-${epochs + 1}`,
        top: 0,
        floor: 0,
        usedAt: time,
        lastAt: 0,
        entries: [],
      };
      this.streams.set(channel, stream);
    }
    stream.usedAt = time;
    return stream;
  }

  append(channel: string, plain: string, key: string, size: number): void {
    const stream = this.use(channel);
    const offset = ++stream.top;
    stream.lastAt = this.host.time;
    if (this.bounds.keep === 'latest') {
      stream.entries = stream.entries.filter((entry) => entry.key !== key);
    }
    stream.entries.push({ offset, key, plain, size, at: this.host.time });
    this.#all.push({ stream, offset });
    this.#trim(stream);
    while (this.#bytes() > this.total) {
      const oldest = this.#living()[0] as Placed;
      this.#lose(oldest.stream, oldest.offset);
    }
  }

  #trim(stream: NaiveStream): void {
    const { size, ttl, bytes } = this.bounds;
    const sum = (): number => stream.entries.reduce((all, entry) => all + entry.size, 0);
    for (let [first] = stream.entries; first !== undefined; [first] = stream.entries) {
      const isTooMuch = stream.entries.length > size || sum() > bytes;
      if (!isTooMuch && first.at + ttl > this.host.time) break;
      this.#lose(stream, first.offset);
    }
  }

  #lose(stream: NaiveStream, offset: number): void {
    stream.entries = stream.entries.filter((entry) => entry.offset !== offset);
    stream.floor = Math.max(stream.floor, offset);
  }

  #living(): Placed[] {
    return this.#all.filter(
      ({ stream, offset }) =>
        [...this.streams.values()].includes(stream) &&
        stream.entries.some((entry) => entry.offset === offset),
    );
  }

  #bytes(): number {
    return [...this.streams.values()]
      .flatMap(({ entries }) => entries)
      .reduce((all, { size }) => all + size + 128, 0);
  }
}

/** Does all to a store and to a naive one, and compares what they say after each deed. */
export function play(
  store: HistoryStore,
  bounds: Bounds,
  total: number,
  list: readonly Deed[],
  host = new ModelHost(),
  naive = new Naive(host, bounds, total),
): Naive {
  store.serve(host);
  for (const deed of list) {
    if (deed.type === 'append') {
      // Of the same millisecond none is the older one.
      host.time += 1;
      const plain = JSON.stringify({ type: 'text', payload: 'é'.repeat(deed.size) });
      const key = deed.key as string;
      const size = Buffer.byteLength(
        JSON.stringify({ channel: deed.name, offset: naive.use(deed.name).top + 1, key }) + plain,
      );
      // Two braces become a comma.
      naive.append(deed.name, plain, key, size - 1);
      store.append(deed.name, { plain, key }, bounds);
    } else if (deed.type === 'wait') host.time += deed.millis;
    else if (deed.type === 'forget') {
      naive.streams.delete(deed.name);
      store.forget(deed.name);
    } else if (deed.isInUse) host.used.add(deed.name);
    else host.used.delete(deed.name);
    for (const each of NAMES) compare(store, naive, each);
  }
  return naive;
}

/** Compares all that one can ask of a stream. */
export function compare(store: HistoryStore, naive: Naive, channel: string): void {
  const { bounds } = naive;
  const expected = naive.use(channel);
  const { epoch, top, floor } = expected;
  same(store.extent(channel, bounds), { epoch, top, floor });
  const whole = store.after(channel, 0, { count: 1_000, bytes: 1_000_000 }, bounds);
  same(whole.more, false);
  same(
    whole.entries.map(shown),
    expected.entries.map(({ offset, key, plain }) => `${offset} ${key} ${plain}`),
  );
  const count = 1 + (top % 3);
  for (const offset of [0, floor, top - 2, top + 5]) {
    const limit = { count, bytes: 300 };
    const above = expected.entries.filter((entry) => entry.offset > offset);
    const below = expected.entries.filter((entry) => entry.offset < offset).reverse();
    const after = store.after(channel, offset, limit, bounds);
    const before = store.page(channel, offset, limit, bounds);
    same([offsets(after.entries), after.more], cut(above, count));
    same([offsets(before.entries).reverse(), before.more], cut(below, count));
  }
}

/** An expectation that costs little, for there are very many. */
function same(one: unknown, other: unknown): void {
  const [is, expected] = [JSON.stringify(one), JSON.stringify(other)];
  if (is !== expected) throw new Error(`${is} is not ${expected}`);
}

/** A page of a list, at least one long. */
function cut(list: NaiveStream['entries'], count: number): [number[], boolean] {
  const page: number[] = [];
  let bytes = 0;
  for (const { offset, size } of list) {
    bytes += size;
    if (page.length >= count || (bytes > 300 && page.length > 0)) return [page, true];
    page.push(offset);
  }
  return [page, false];
}

const offsets = (entries: readonly Entry[]): number[] => entries.map(({ offset }) => offset);

/** An entry by its text, in which what is before the head is not looked at. */
function shown({ offset, key, frame, head }: Entry): string {
  const read = JSON.parse(frame);
  same([read.offset, read.key], [offset, key]);
  return `${offset} ${key} {${frame.slice(head)}`;
}
