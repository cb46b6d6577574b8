import type { Presence } from '../../../lib/client/index.js';
import { Admissions } from './admissions.js';
import type { Checks } from './checks.js';
import type { Room } from './rooms.js';
import { CATCH_UP, lineOf, type Tap } from './tap.js';
import type { Watched } from './watched.js';

/** What is known of all connections of one server: who was let in, who has which session, and who is back. */
export class Served {
  readonly admissions: Admissions;
  readonly #places = new Map<Room, Place>();
  /** By their secret, the connections that have the sessions, and those that had them. */
  readonly #holders = new Map<string, Tap>();
  readonly #older = new Set<Tap>();

  constructor(
    readonly checks: Checks,
    readonly watched: (room: Room) => Watched,
    readonly now: () => number,
    readonly isMember: (id: string, room: string) => boolean,
  ) {
    this.admissions = new Admissions(checks, now);
  }

  place(room: Room): Place {
    let place = this.#places.get(room);
    if (place === undefined) {
      place = new Place(this.watched(room), this.checks, this.now);
      this.#places.set(room, place);
    }
    return place;
  }

  begun(session: string, tap: Tap): void {
    this.#holders.set(session, tap);
  }

  /** PT6: the newest dial wins. */
  resumed(session: string, tap: Tap): void {
    const before = this.#holders.get(session);
    this.#holders.set(session, tap);
    if (before === undefined) return;
    const { at } = before;
    this.checks.must(tap.at > at, `PT6: connection ${tap.at} of tab ${tap.tab} after ${at}`);
    this.#older.add(before);
  }

  /** What had to end by now is over (PT6). */
  check(): void {
    for (const { at, isOver, tab } of this.#older) {
      this.checks.must(isOver, `PT6: connection ${at} of tab ${tab} goes on without its session`);
    }
    this.#older.clear();
  }
}

/** A room with presence: whoever is back in time was never away (PT8), and all see what was published (PT7). */
export class Place {
  readonly #tabs = new Map<number, Comings>();
  #keys: ReadonlySet<string> = new Set();
  #last = '';
  #unread: string[] = [];

  constructor(
    readonly watched: Watched,
    readonly checks: Checks,
    readonly now: () => number,
  ) {}

  /** A connection has become a member that is present. */
  entered(tap: Tap, isResumed: boolean): void {
    const comings = this.#of(tap.tab);
    const { page, taps, lostAt } = comings;
    // A page that was loaded again has another session.
    const isBack = page === tap.page && (taps.size > 0 || this.now() - lostAt < LINGER);
    if (!isBack) comings.isShown = false;
    comings.page = tap.page;
    // Where another connection of the tab is there still, it is not known when this session lost its own.
    const isAlone = taps.size === 0;
    comings.isSame = isAlone && isBack && isResumed && comings.isShown && comings.isSure;
    comings.isSure = tap.buffered <= CATCH_UP;
    taps.add(tap);
  }

  /** A membership has ended, by which its presence ends at once, or lingers. */
  lost(tap: Tap, isAtOnce: boolean): void {
    const comings = this.#of(tap.tab);
    if (!comings.taps.delete(tap) || comings.taps.size > 0) return;
    comings.lostAt = isAtOnce ? Number.NEGATIVE_INFINITY : this.now();
  }

  /** A tab may be out of it silently. */
  doubt(tab: number): void {
    const comings = this.#of(tab);
    comings.isSure = comings.isSame = false;
  }

  /** Nobody is present any more. */
  clear(): void {
    this.#tabs.clear();
    this.#keys = new Set();
  }

  /** What a connection was told, at once or in a moment when the server publishes it. */
  read(lines: ReadonlyMap<string, string>, isDiff: boolean): void {
    const line = [...lines.values()].sort().join();
    if (isDiff) this.#unread.push(line);
    else this.checks.must(line === this.#last, `PT7: a list ${line}, not ${this.#last}`);
  }

  published(list: readonly Presence[]): void {
    const entries = list.flatMap(({ key, metas }) => metas.map((meta) => ({ key, ...meta })));
    this.#last = entries
      .map(({ key, ref, meta }) => lineOf(key, ref, meta))
      .sort()
      .join();
    for (const line of this.#unread) {
      this.checks.must(line === this.#last, `PT7: by a diff ${line}, not ${this.#last}`);
    }
    this.#unread = [];
    this.watched.published(this.#last);
    const keys = new Set(list.map(({ key }) => key));
    for (const [tab, comings] of this.#tabs) this.#compare(tab, comings, keys, entries);
    this.#keys = keys;
  }

  #compare(
    tab: number,
    comings: Comings,
    keys: ReadonlySet<string>,
    entries: readonly { readonly ref: string; readonly meta: unknown }[],
  ): void {
    const key = userOf(tab);
    const { isSure, taps, lostAt } = comings;
    const isHere = isSure && (taps.size > 0 || this.now() - lostAt < LINGER);
    const isGone = this.#keys.has(key) && !keys.has(key);
    if (isHere && isGone) this.checks.wrong.push(`PT8: ${key} goes, and tab ${tab} is there`);
    const refs = entries.filter(({ meta }) => (meta as Shown).tab === tab).map(({ ref }) => ref);
    const isNew = refs.some((ref) => !comings.refs.includes(ref));
    if (comings.isSame && isNew) this.checks.wrong.push(`PT8: tab ${tab} is back as another`);
    comings.refs = refs;
    if (taps.size > 0 && refs.length > 0) comings.isShown = true;
  }

  #of(tab: number): Comings {
    let comings = this.#tabs.get(tab);
    if (comings === undefined) {
      comings = {
        taps: new Set(),
        ...{ page: 0, lostAt: Number.NEGATIVE_INFINITY, refs: [] },
        ...{ isShown: false, isSame: false, isSure: true },
      };
      this.#tabs.set(tab, comings);
    }
    return comings;
  }
}

/** A tab in a room. */
interface Comings {
  readonly taps: Set<Tap>;
  page: number;
  lostAt: number;
  refs: readonly string[];
  /** Whether it was published that it is there; whether it is who it was before; whether it is known to be there. */
  isShown: boolean;
  isSame: boolean;
  isSure: boolean;
}

/** Two tabs are of one user. */
export const userOf = (tab: number): string => `user-${tab >> 1}`;

/** What is shown of a connection. */
export interface Shown {
  readonly tab?: number;
  readonly status?: unknown;
}

/** Milliseconds, as a server counts them in whole ones. */
const LINGER = 4_999;
