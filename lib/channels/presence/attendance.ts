import type { Member } from '../members/member.js';
import type { Appearance } from './appearance.js';
import type { PresenceItem } from './presenceEntry.js';

/**
 * Who is present in a channel at this moment, those among them whose connection was lost a short while ago (PR1, PR7). Each
 * change is told by the ref that it is of.
 */
export class Attendance {
  /** By ref, in the order in which they came. */
  readonly #all = new Map<string, Attendee>();
  readonly #here = new Map<Member, Attendee>();
  /** Whose connection was lost, in the order of that: by what a client that comes back is known by (PR8). */
  readonly #lingering = new Map<object, Attendee>();
  /** How many metas each key has. */
  readonly #keys = new Map<string, number>();

  constructor(
    readonly bounds: Bounds,
    readonly changed: (ref: string) => void,
  ) {}

  get size(): number {
    return this.#all.size;
  }

  get counts(): PresenceCounts {
    return { keys: this.#keys.size, entries: this.size, lingering: this.#lingering.size };
  }

  find(ref: string): PresenceItem | undefined {
    return this.#all.get(ref)?.item;
  }

  refOf(member: Member): string | undefined {
    return this.#here.get(member)?.item.ref;
  }

  /** When the next one has lingered long enough; `undefined`: nobody lingers. */
  get nextEnd(): number | undefined {
    const [first] = this.#lingering.values();
    return first?.until;
  }

  /** Somebody comes, comes back, or is shown in another way; `false`: there is no place (PR9). */
  enter(member: Member, { key, meta }: Appearance, make: Making): boolean {
    // What a client that comes back is known by: its session, which it takes to its next connection (CP22).
    const home = member.session ?? member;
    const known = this.#here.get(member) ?? this.#lingering.get(home);
    if (known?.item.key === key) {
      if (known.member === undefined) this.#lingering.delete(home);
      this.#settle(known, member, home);
      this.#show(known, meta);
      return true;
    }
    if (known !== undefined) this.#remove(known);
    if (!this.#makePlace(key)) return false;
    const item = Object.freeze({ key, ref: make.ref(), since: make.now(), meta });
    const attendee = { item, member, home, until: 0 };
    this.#all.set(item.ref, attendee);
    this.#settle(attendee, member, home);
    this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
    this.changed(item.ref);
    return true;
  }

  #settle(attendee: Attendee, member: Member, home: object): void {
    attendee.member = member;
    attendee.home = home;
    this.#here.set(member, attendee);
  }

  /** Another meta of somebody who is here. */
  update(member: Member, meta: unknown): void {
    const attendee = this.#here.get(member);
    if (attendee !== undefined) this.#show(attendee, meta);
  }

  #show(attendee: Attendee, meta: unknown): void {
    attendee.item = Object.freeze({ ...attendee.item, meta });
    this.changed(attendee.item.ref);
  }

  /** Somebody goes, at once, or lingers until then. */
  exit(member: Member, until: number | undefined): void {
    const attendee = this.#here.get(member);
    if (attendee === undefined) return;
    if (until === undefined) return this.#remove(attendee);
    const { home } = attendee;
    // A client is found by one of them only.
    const before = this.#lingering.get(home);
    if (before !== undefined) this.#remove(before);
    this.#here.delete(member);
    attendee.member = undefined;
    attendee.until = until;
    this.#lingering.set(home, attendee);
  }

  /** Takes away those who have lingered long enough. */
  expire(now: number): void {
    for (const attendee of this.#lingering.values()) {
      if (attendee.until > now) return;
      this.#remove(attendee);
    }
  }

  /** Whether there is a place for one more; whoever only lingers gives way, or a room that was full could not reload. */
  #makePlace(key: string): boolean {
    const { members, perKey } = this.bounds;
    const ofKey = this.#keys.get(key) ?? 0;
    if (ofKey >= perKey && !this.#giveWay((each) => each.item.key === key)) return false;
    return this.size < members || this.#giveWay(() => true);
  }

  #giveWay(isAsked: (attendee: Attendee) => boolean): boolean {
    for (const attendee of this.#lingering.values()) {
      if (!isAsked(attendee)) continue;
      this.#remove(attendee);
      return true;
    }
    return false;
  }

  #remove({ item, member, home }: Attendee): void {
    const { key, ref } = item;
    this.#all.delete(ref);
    if (member === undefined) this.#lingering.delete(home);
    else this.#here.delete(member);
    const left = (this.#keys.get(key) ?? 0) - 1;
    if (left > 0) this.#keys.set(key, left);
    else this.#keys.delete(key);
    this.changed(ref);
  }
}

interface Attendee {
  item: PresenceItem;
  /** `undefined`: it lingers. */
  member: Member | undefined;
  home: object;
  /** When it has lingered long enough, in milliseconds of the system's uptime. */
  until: number;
}

/** How many may be present. */
export interface Bounds {
  readonly members: number;
  readonly perKey: number;
}

/** What somebody who comes gets. */
export interface Making {
  ref(): string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** How many are present, of whom so many linger. */
export interface PresenceCounts {
  readonly keys: number;
  readonly entries: number;
  readonly lingering: number;
}
