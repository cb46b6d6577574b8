import type { Member } from '../members/member.js';

/**
 * The members of a channel as its process knows them. Invariant: the process that runs has been told of exactly those
 * that are marked so, once, and each of them is told to it as leaving, once, before it is taken out.
 */
export class Roster {
  #entries = new Map<Member, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  find(member: Member): Entry | undefined {
    return this.#entries.get(member);
  }

  add(member: Member, params: unknown): Entry {
    const entry: Entry = { member, params, isKnown: false, isTold: false };
    this.#entries.set(member, entry);
    return entry;
  }

  delete(member: Member): void {
    this.#entries.delete(member);
  }

  /** In the order of their joining. */
  get all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** The process that runs was told of a member, if it has taken the message. */
  mark(entry: Entry, isTold: boolean): void {
    entry.isTold = isTold;
    entry.isKnown ||= isTold;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Those whom the process that has ended was told of. */
  get told(): readonly Member[] {
    return this.all.filter(({ isTold }) => isTold).map(({ member }) => member);
  }

  /** A new process begins: these are the members, in the order of their joining, and it knows none of them. */
  renew(members: readonly Member[]): void {
    const before = this.#entries;
    // Who was in the channel before it had a process at all has come before this one as well.
    const entryOf = (member: Member): Entry =>
      before.get(member) ?? { member, params: undefined, isKnown: true, isTold: false };
    const entries = members.map(entryOf);
    for (const entry of entries) entry.isTold = false;
    this.#entries = new Map(entries.map((entry) => [entry.member, entry]));
  }
}

/** A member. */
export interface Entry {
  readonly member: Member;
  params: unknown;
  /** Whether a process of the channel was ever told of it. */
  isKnown: boolean;
  /** Whether the one that runs now was. */
  isTold: boolean;
}
