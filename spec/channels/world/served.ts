import type { Presence } from '../../../lib/client/index.js';
import type { Comings } from './comings.js';
import type { Site } from './site.js';
import { lineOf } from './tap.js';

/** What the connections of one server are told, beside what is known of them all. */
export class Served {
  readonly #places = new Map<string, Place>();

  constructor(
    readonly site: Site,
    readonly isMember: (id: string, room: string) => boolean,
  ) {}

  get checks(): Site['checks'] {
    return this.site.checks;
  }

  place(room: string): Place {
    let place = this.#places.get(room);
    if (place === undefined) {
      place = new Place(this.site, room);
      this.#places.set(room, place);
    }
    return place;
  }
}

/** A room with presence as one server shows it: whoever is back in time was never away (PT8), and all see that (PT7). */
export class Place {
  readonly comings: Comings;
  readonly #site: Site;
  readonly #room: string;
  #keys: ReadonlySet<string> = new Set();
  #unread: string[] = [];
  /** By tab, what was shown of it. */
  readonly #shown = new Map<number, View>();
  last = '';

  constructor(
    site: Site,
    room: string,
    readonly id = '',
  ) {
    this.#site = site;
    this.#room = room;
    this.comings = site.comings(room);
  }

  /** Nobody is present any more. */
  clear(): void {
    this.#keys = new Set();
    this.#shown.clear();
  }

  /** What a connection was told, at once or in a moment when the server publishes it. */
  read(lines: ReadonlyMap<string, string>, isDiff: boolean): void {
    const line = [...lines.values()].sort().join();
    if (isDiff) this.#unread.push(line);
    else this.#must(line === this.last, `PT7: a list ${line}, not ${this.last}`);
  }

  published(list: readonly Presence[]): void {
    const entries = list.flatMap(({ key, metas }) => metas.map((meta) => ({ key, ...meta })));
    this.last = entries
      .map(({ key, ref, meta }) => lineOf(key, ref, meta))
      .sort()
      .join();
    for (const line of this.#unread) {
      this.#must(line === this.last, `PT7: by a diff ${line}, not ${this.last}`);
    }
    this.#unread = [];
    this.#site.watched(this.#room).published(this.last);
    const keys = new Set(list.map(({ key }) => key));
    for (const tab of this.comings.tabs) this.#compare(tab, keys, entries);
    this.#keys = keys;
  }

  #compare(
    tab: number,
    keys: ReadonlySet<string>,
    entries: readonly { readonly ref: string; readonly meta: unknown }[],
  ): void {
    const key = userOf(tab);
    const { visit, entry, isHere, isSame, isThere } = this.comings.of(tab);
    const isGone = this.#keys.has(key) && !keys.has(key);
    this.#must(!(isHere && isGone), `PT8: ${key} goes, and tab ${tab} is there`);
    const refs = entries.filter(({ meta }) => (meta as Shown).tab === tab).map(({ ref }) => ref);
    const before = this.#shown.get(tab);
    const isNew = refs.some((ref) => before?.refs.includes(ref) !== true);
    const isKnown = before?.visit === visit && (before.first ?? entry) < entry;
    this.#must(!(isSame && isKnown && isNew), `PT8: tab ${tab} is back as another`);
    const first = before?.visit === visit ? before.first : undefined;
    const isShown = isThere && refs.length > 0;
    this.#shown.set(tab, { visit, refs, first: first ?? (isShown ? entry : undefined) });
  }

  #must(isTrue: boolean, what: string): void {
    this.#site.checks.must(isTrue, what);
  }
}

/** A tab as a server shows it: during which visit, and since which of its entries. */
interface View {
  readonly visit: number;
  readonly first: number | undefined;
  readonly refs: readonly string[];
}

/** Two tabs are of one user. */
export const userOf = (tab: number): string => `user-${tab >> 1}`;

/** What is shown of a connection. */
export interface Shown {
  readonly tab?: number;
  readonly status?: unknown;
}
