import { Admissions } from './admissions.js';
import type { Checks } from './checks.js';
import { Comings } from './comings.js';
import type { Tap } from './tap.js';
import type { Watched } from './watched.js';

/** What is known of all connections, whichever server they are at: who was let in, who has which session, and who is back. */
export class Site {
  readonly admissions: Admissions;
  /** From when on all servers hear each other. */
  #wholeFrom = 0;
  readonly #comings = new Map<string, Comings>();
  /** By their secret, the connections that have the sessions, and those that had them. */
  readonly #holders = new Map<string, Tap>();
  readonly #older = new Set<Tap>();

  constructor(
    readonly checks: Checks,
    readonly watched: (room: string) => Watched,
    readonly now: () => number,
  ) {
    this.admissions = new Admissions(checks, now);
  }

  comings(room: string): Comings {
    let comings = this.#comings.get(room);
    if (comings === undefined) {
      comings = new Comings(this.now, () => this.now() >= this.#wholeFrom);
      this.#comings.set(room, comings);
    }
    return comings;
  }

  /** Whether all servers hear each other: else whoever is present may be lost to some who see it. */
  set isWhole(isWhole: boolean) {
    this.#wholeFrom = isWhole ? this.now() + LINKED : Number.POSITIVE_INFINITY;
    for (const comings of this.#comings.values()) comings.doubtAll();
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

/** Milliseconds in which nodes find each other again, also one that was alone for long. */
const LINKED = 12_000;
