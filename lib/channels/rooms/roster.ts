import type { Pid } from '../../core/index.js';
import type { Attendee } from '../table/room.js';

/**
 * The members of a channel as its process knows them. Invariant: while a process runs, it was told of each of them, once;
 * of who has come since its end, no process was.
 */
export class Roster {
  #entries = new Map<Pid, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  /** In the order of their joining, as a copy. */
  get all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  find(pid: Pid): Entry | undefined {
    return this.#entries.get(pid);
  }

  add(member: Attendee, params: unknown): Entry {
    const entry: Entry = { member, params, isKnown: false };
    this.#entries.set(member.pid, entry);
    return entry;
  }

  delete(pid: Pid): boolean {
    return this.#entries.delete(pid);
  }

  /** A new process begins: these are the members, in the order of their joining, of whom it is to be told. */
  renew(members: readonly Attendee[]): void {
    const before = this.#entries;
    // Who was in the channel before it had a process at all has come before this one as well.
    const entryOf = (member: Attendee): Entry =>
      before.get(member.pid) ?? { member, params: undefined, isKnown: true };
    this.#entries = new Map(members.map((member) => [member.pid, entryOf(member)]));
  }
}

/** A member. */
export interface Entry {
  readonly member: Attendee;
  params: unknown;
  /** Whether a process of the channel was told of it. */
  isKnown: boolean;
}
