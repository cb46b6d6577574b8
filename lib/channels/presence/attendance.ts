import type { Member } from '../members/member.js';
import type { Appearance } from './appearance.js';
import type { FarAttendance } from './farAttendance.js';
import type { PresenceItem } from './presenceEntry.js';
import type { Bounds, Making, PresenceCounts } from './presenceOwner.js';
import { Tally } from './tally.js';

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
  readonly #keys = new Tally();

  constructor(
    readonly bounds: Bounds,
    readonly changed: (ref: string) => void,
    /** Those of other nodes, who count as well. */
    readonly far?: FarAttendance | undefined,
  ) {}

  get size(): number {
    return this.#all.size + (this.far?.size ?? 0);
  }

  /** Of this node. */
  get counts(): PresenceCounts {
    return { keys: this.#keys.size, entries: this.#all.size, lingering: this.#lingering.size };
  }

  /** What this node has of a ref, which others may say as well. */
  own(ref: string): PresenceItem | undefined {
    return this.#all.get(ref)?.item;
  }

  get ownRefs(): Iterable<string> {
    return this.#all.keys();
  }

  find(ref: string): PresenceItem | undefined {
    return this.own(ref) ?? this.far?.find(ref);
  }

  refOf(member: Member): string | undefined {
    return this.#here.get(member)?.item.ref;
  }

  /** When the next one has lingered long enough; `Infinity`: nobody lingers. */
  get nextEnd(): number {
    const [first] = this.#lingering.values();
    return Math.min(first?.until ?? NEVER, this.far?.nextEnd ?? NEVER);
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
    const attendee = { item, member, home, until: 0, before: undefined };
    this.#add(attendee);
    this.#settle(attendee, member, home);
    return true;
  }

  #add(attendee: Attendee): void {
    const { key, ref } = attendee.item;
    this.#all.set(ref, attendee);
    this.#keys.add(key);
    this.changed(ref);
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

  /** Takes away all of this node. */
  clear(): void {
    for (const attendee of [...this.#all.values()]) this.#remove(attendee);
  }

  /** Takes away those who have lingered long enough. */
  expire(now: number): void {
    this.far?.expire(now);
    for (const attendee of this.#lingering.values()) {
      if (attendee.until > now) return;
      this.#remove(attendee);
    }
  }

  // --- clients that go from node to node (PR15) -----------------------------------------------------

  /** Whose session goes to another node: it lingers here until its time is over, or it has gone there. */
  surrender(home: object): PresenceItem | undefined {
    const attendee = this.#lingering.get(home);
    if (attendee !== undefined) attendee.before = new Set(this.far?.saidOf(attendee.item.ref));
    return attendee?.item;
  }

  /** Whose session has come from another node: it lingers until its client subscribes. */
  adopt(item: PresenceItem, home: object, until: number): void {
    // It may have been here before.
    const before = this.#all.get(item.ref);
    if (before !== undefined) this.#remove(before);
    const attendee = { item, member: undefined, home, until, before: undefined };
    this.#add(attendee);
    this.#lingering.set(home, attendee);
  }

  /** Another node says that somebody has gone: it had gone there from here, unless that node had it before this one. */
  dismiss(ref: string, node: string): void {
    const attendee = this.#all.get(ref);
    const isOver = attendee?.before?.has(this.far?.saidBy(node, ref)) === false;
    if (attendee !== undefined && isOver) this.#remove(attendee);
  }

  // --- bounds (PR9) -----------------------------------------------------------------------------------

  /** Whether there is a place for one more; whoever only lingers gives way, or a room that was full could not reload. */
  #makePlace(key: string): boolean {
    const { members, perKey } = this.bounds;
    const ofKey = this.#keys.of(key) + (this.far?.ofKey(key) ?? 0);
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
    this.#keys.take(key);
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
  /** Of one whose session has gone to another node: what nodes said of it until then. */
  before: ReadonlySet<PresenceItem | undefined> | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;
