import { CATCH_UP, type Tap } from './tap.js';

/** Which tabs are in a room that has presence, at any server, and since when those are not that have gone. */
export class Comings {
  readonly #tabs = new Map<number, Coming>();

  constructor(
    readonly now: () => number,
    /** Whether all servers hear each other. */
    readonly isWhole: () => boolean,
  ) {}

  get tabs(): Iterable<number> {
    return this.#tabs.keys();
  }

  /** A connection has become a member that is present. */
  entered(tap: Tap, isResumed: boolean): void {
    const coming = this.#at(tap.tab);
    const { page, taps } = coming;
    // A page that was loaded again has another session.
    const isBack = page === tap.page && (taps.size > 0 || this.#isInTime(coming));
    if (!isBack) coming.visit++;
    coming.entry++;
    coming.page = tap.page;
    // Where another connection of the tab is there still, it is not known when this session lost its own.
    const isAlone = taps.size === 0;
    coming.isSame = isAlone && isBack && isResumed && coming.isSure;
    coming.isSure = this.isWhole() && tap.buffered <= CATCH_UP;
    taps.add(tap);
  }

  /** A membership has ended, by which its presence ends at once, or lingers. */
  lost(tap: Tap, isAtOnce: boolean): void {
    const coming = this.#at(tap.tab);
    if (!coming.taps.delete(tap) || coming.taps.size > 0) return;
    coming.lostAt = isAtOnce ? Number.NEGATIVE_INFINITY : this.now();
  }

  /** A tab may be out of it silently. */
  doubt(tab: number): void {
    const coming = this.#at(tab);
    coming.isSure = coming.isSame = false;
  }

  doubtAll(): void {
    for (const tab of this.#tabs.keys()) this.doubt(tab);
  }

  /** Nobody is present any more. */
  clear(): void {
    this.#tabs.clear();
  }

  /** How a tab is there now. */
  of(tab: number): Pick<Coming, 'visit' | 'entry' | 'isSame'> & Here {
    const coming = this.#at(tab);
    const { visit, entry, isSame, isSure, taps } = coming;
    const isThere = taps.size > 0;
    return { visit, entry, isSame, isThere, isHere: isSure && (isThere || this.#isInTime(coming)) };
  }

  #isInTime({ lostAt }: Coming): boolean {
    return this.now() - lostAt < LINGER;
  }

  #at(tab: number): Coming {
    let coming = this.#tabs.get(tab);
    if (coming === undefined) {
      coming = {
        taps: new Set(),
        ...{ page: 0, lostAt: Number.NEGATIVE_INFINITY, visit: 0, entry: 0 },
        ...{ isSame: false, isSure: true },
      };
      this.#tabs.set(tab, coming);
    }
    return coming;
  }
}

/** A tab in a room. */
interface Coming {
  readonly taps: Set<Tap>;
  page: number;
  lostAt: number;
  /** Rises when it comes, and was not there before. */
  visit: number;
  /** Rises with each connection of it that comes. */
  entry: number;
  /** Whether it is who it was before; whether it is known to be there. */
  isSame: boolean;
  isSure: boolean;
}

/** Whether a connection of it is there, or was so short a time ago that it counts as present. */
interface Here {
  readonly isThere: boolean;
  readonly isHere: boolean;
}

/** Milliseconds, as servers count them in whole ones, and tell each other. */
const LINGER = 4_990;
