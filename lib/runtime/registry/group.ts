import type { GroupEvent, Message, Pid } from '../../core/index.js';
import { each, type Few } from '../collections/few.js';
import { type Others, pidsOf, repeated, sizeOf } from './others.js';

/** One group: who is in it, how often each has joined (G2), and who watches it. */
export class Group {
  /** Those of this node. */
  readonly members = new Map<Member, number>();
  /** Those of other nodes; only in a cluster, and if there are some (D46). */
  others: Others | undefined;
  watches: Few<GroupObserver>;
  /** Takes what other nodes broadcast to it, in place of its members (D49): theirs is not the message, but what is made of it. */
  onCast: ((message: Message) => void) | undefined;
  /** Whether it stays without members, because somebody keeps it: a channel. */
  isHeld = false;

  constructor(
    readonly scope: Scope,
    readonly name: string,
  ) {}

  /** One PID for each join of every node, own ones first, as a copy. */
  get pids(): Pid[] {
    const own = this.ownPids;
    return this.others === undefined ? own : [...own, ...[...this.others.values()].flatMap(pidsOf)];
  }

  /** One PID for each join of this node, as a copy. */
  get ownPids(): Pid[] {
    return repeated(this.members).map(pidOf);
  }

  /** How many processes are in it, on all nodes. */
  get size(): number {
    let size = this.members.size;
    for (const part of this.others?.values() ?? []) size += sizeOf(part);
    return size;
  }

  /** Adds joins, one for each entry of the list. */
  join(processes: readonly Member[]): void {
    for (const process of processes) {
      this.members.set(process, (this.members.get(process) ?? 0) + 1);
      process.groups.add(this);
    }
    this.#announce('member.joined', processes);
  }

  /** Takes back one join for each entry of the list; `false` if there was none at all. */
  leave(processes: readonly Member[]): boolean {
    const gone = processes.filter((process) => this.#leaveOnce(process));
    if (gone.length > 0) this.#announce('member.left', gone);
    return gone.length > 0;
  }

  #leaveOnce(process: Member): boolean {
    const joins = this.members.get(process);
    if (joins === undefined) return false;
    if (joins > 1) this.members.set(process, joins - 1);
    else {
      this.members.delete(process);
      process.groups.delete(this);
    }
    return true;
  }

  /** Makes a member of a process that is none; `false` if it is one. */
  enter(process: Member): boolean {
    if (this.members.has(process)) return false;
    this.members.set(process, 1);
    process.groups.add(this);
    if (this.#isTold) this.#announce('member.joined', [process]);
    return true;
  }

  /** Takes back all joins of a process, as one change; `false` if there are none. */
  exit(process: Member): boolean {
    const joins = this.members.get(process);
    if (joins === undefined) return false;
    this.members.delete(process);
    process.groups.delete(this);
    if (this.#isTold) this.#announce('member.left', new Array<Member>(joins).fill(process));
    return true;
  }

  get #isTold(): boolean {
    const { watches, announcer } = this.scope;
    return this.watches !== undefined || watches !== undefined || announcer !== undefined;
  }

  /** Tells other nodes of a change here, and those who watch. */
  #announce(kind: GroupEvent['kind'], processes: readonly Member[]): void {
    if (!this.#isTold) return;
    const pids = processes.map(pidOf);
    this.scope.announcer?.changed(this, kind, pids);
    this.tell(kind, pids);
  }

  /** Queues a change for those who watch this group or its scope (G5). */
  tell(kind: GroupEvent['kind'], pids: readonly Pid[]): void {
    if (this.watches === undefined && this.scope.watches === undefined) return;
    const event = eventOf(kind, this.name, pids);
    each(this.watches, (watch) => watch.next(event));
    each(this.scope.watches, (watch) => watch.next(event));
  }
}

/** The groups of one scope, and who watches all of them. */
export class Scope {
  readonly groups = new Map<string, Group>();
  watches: Few<GroupObserver>;
  /** In a cluster, if other nodes are to know of them. */
  announcer: Announcer | undefined;

  constructor(readonly name: string) {}
}

/** Is told of each change of this node's members, in the call that makes it, and tells other nodes (D47). */
export interface Announcer {
  changed(group: Group, kind: GroupEvent['kind'], pids: readonly Pid[]): void;
}

/** A process as a member of groups. */
export interface Member {
  readonly pid: Pid;
  readonly groups: Set<Group>;
  readonly ownGroups: readonly Group[];
  accept(message: Message): boolean;
}

/** What gets the changes of a group, or of all groups of a scope. */
export interface GroupObserver {
  next(event: GroupEvent): void;
}

/** The event of a change, frozen, because all who watch get the same object. */
export function eventOf(kind: GroupEvent['kind'], name: string, pids: readonly Pid[]): GroupEvent {
  const data = Object.freeze({ Group: name, PIDs: Object.freeze(pids) });
  return Object.freeze({ system: 'pg', kind, path: name, data });
}

const pidOf = ({ pid }: Member): Pid => pid;
