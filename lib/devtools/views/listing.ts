import { type Observable, repeat, timer } from 'rxjs';
import type { Kernel } from '../../runtime/index.js';
import type { Window } from '../wire/ask.js';
import type { Page } from '../wire/page.js';
import { type Effort, SHARE } from './effort.js';

/**
 * A list of very many items, of which a page shows those in sight. Its order is kept for a while, so that scrolling costs
 * nothing, and for longer where making it takes long: no more than its share of the time is spent on it.
 */
export class Listing<T, Sort extends string> {
  readonly #kernel: Kernel;
  readonly #effort: Effort;
  readonly #source: ListSource<T, Sort>;
  #order: Order<T> | undefined;

  constructor(kernel: Kernel, effort: Effort, source: ListSource<T, Sort>) {
    this.#kernel = kernel;
    this.#effort = effort;
    this.#source = source;
  }

  /** The rows of a window, at once if there is time for it, and whenever the order is made anew. */
  watch<Row>(window: Window<Sort>, row: (item: T) => Row): Observable<Page<Row>> {
    const pause = () => timer(this.#order?.pause ?? PERIOD, this.#kernel.scheduler);
    return this.#effort.spend(() => this.#page(window, row)).pipe(repeat({ delay: pause }));
  }

  #page<Row>(window: Window<Sort>, row: (item: T) => Row): Page<Row> {
    const { items, total } = this.#ordered(window);
    const { from, count } = window;
    const rows = items.slice(from, from + count).map(row);
    return { total, matching: items.length, from, rows };
  }

  #ordered({ sort, descending, filter }: Window<Sort>): Order<T> {
    const by = JSON.stringify([sort, descending, filter]);
    const begun = this.#kernel.uptime();
    const known = this.#order;
    if (known?.by === by && begun - known.at < known.pause) return known;
    const all = [...this.#source.items()];
    const left = filter === '' ? all : this.#matching(all, filter.toLowerCase());
    const items = sorted(left, this.#source.keys[sort], descending);
    const at = this.#kernel.uptime();
    const pause = Math.max(PERIOD, SHARE * (at - begun));
    this.#order = { by, at, pause, items, total: all.length };
    return this.#order;
  }

  #matching(all: readonly T[], part: string): readonly T[] {
    const { texts } = this.#source;
    return all.filter((item) => texts(item).some((text) => text.toLowerCase().includes(part)));
  }
}

/** What is listed, and how it is compared. */
export interface ListSource<T, Sort extends string> {
  /** All of them, in an order that stays. */
  items(): Iterable<T>;
  /** What a filter looks at. */
  texts(item: T): readonly string[];
  /** What each order compares; `undefined`: it is the order of `items`. */
  readonly keys: Readonly<Record<Sort, ((item: T) => number | string) | undefined>>;
}

interface Order<T> {
  readonly by: string;
  /** When it was made, and for how long it is kept, in milliseconds of the system's uptime. */
  readonly at: number;
  readonly pause: number;
  readonly items: readonly T[];
  readonly total: number;
}

/** Milliseconds. */
const PERIOD = 1_000;

function sorted<T>(
  items: readonly T[],
  key: ((item: T) => number | string) | undefined,
  descending: boolean,
): readonly T[] {
  if (key === undefined) return descending ? [...items].reverse() : items;
  const keys = items.map(key);
  const sign = descending ? -1 : 1;
  const compare = (one: number, other: number): number => {
    const [a = '', b = ''] = [keys[one], keys[other]];
    if (a === b) return one - other;
    return a < b ? -sign : sign;
  };
  const order = Uint32Array.from(items.keys()).sort(compare);
  return Array.from(order, (at) => items[at] as T);
}
