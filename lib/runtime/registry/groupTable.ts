import {
  checkTopic,
  type GroupEvent,
  type Message,
  type Pid,
  ProcessError,
  shown,
} from '../../core/index.js';
import { each, type Few } from '../collections/few.js';

/**
 * The process groups of a system. Invariant: a group is in the table while it has a member, is watched or held,
 * and a scope while it has a group or is watched. For users, only a group with members exists (G1).
 */
export class GroupTable {
  readonly #scopes = new Map<string, Scope>();

  /** Is called with each message for a group; in development only. */
  onBroadcast: ((message: Message) => void) | undefined;

  /** How many scopes are in use. */
  get size(): number {
    return this.#scopes.size;
  }

  /** Joins processes; one that is listed twice joins twice (G2). */
  join(place: GroupPlace, processes: readonly Member[]): void {
    checkPlace(place);
    if (processes.length === 0) return;
    const group = this.open(place);
    for (const process of processes) {
      group.members.set(process, (group.members.get(process) ?? 0) + 1);
      process.groups.add(group);
    }
    group.announce('member.joined', processes.map(pidOf));
  }

  /** Takes back one join for each entry of the list. @throws ProcessError `NotFound` if there was none. */
  leave(place: GroupPlace, processes: readonly Member[]): void {
    const group = this.find(place);
    const gone =
      group === undefined ? [] : processes.filter((process) => leaveOnce(group, process));
    if (group === undefined || gone.length === 0) {
      throw new ProcessError('NotFound', `cannot leave ${place.group}: not a member of the group`);
    }
    group.announce('member.left', gone.map(pidOf));
    this.tidy(group);
  }

  /** Sends to all members but some; the result is how many mailboxes took the message (G4). */
  broadcast(place: GroupPlace, message: Message, except?: ReadonlySet<unknown>): number {
    checkTopic(message.topic);
    const members = this.find(place)?.members;
    if (members === undefined) return 0;
    this.onBroadcast?.(message);
    let taken = 0;
    // No snapshot is needed (G4), because `accept` only queues: no code runs here that could join or leave.
    for (const process of members.keys()) {
      if (!except?.has(process) && process.accept(message)) taken++;
    }
    return taken;
  }

  /** Removes an ending process from its groups, with one change for each group (G3). */
  release(process: Member): void {
    if (!process.isMember) return;
    for (const group of process.ownGroups) {
      const joins = group.members.get(process) ?? 0;
      group.members.delete(process);
      group.announce('member.left', new Array<Pid>(joins).fill(process.pid));
      this.tidy(group);
    }
  }

  /** The group, if it is there. @throws ProcessError `Invalid` for a bad name. */
  find(place: GroupPlace): Group | undefined {
    checkPlace(place);
    return this.#scopes.get(place.scope ?? DEFAULT_SCOPE)?.groups.get(place.group);
  }

  /** The group, made if it is missing; the caller then adds a member or a watch to it. */
  open(place: GroupPlace): Group {
    const scope = this.openScope(place.scope);
    let group = scope.groups.get(place.group);
    if (group === undefined) {
      group = new Group(scope, place.group);
      scope.groups.set(place.group, group);
    }
    return group;
  }

  openScope(name = DEFAULT_SCOPE): Scope {
    let scope = this.#scopes.get(name);
    if (scope === undefined) {
      scope = new Scope(name);
      this.#scopes.set(name, scope);
    }
    return scope;
  }

  /** Removes a group, and then its scope, if nobody is in it or watches it. */
  tidy(group: Group): void {
    const { scope, members, watches, name, isHeld } = group;
    if (members.size === 0 && watches === undefined && !isHeld) scope.groups.delete(name);
    this.tidyScope(scope);
  }

  tidyScope({ groups, watches, name }: Scope): void {
    if (groups.size === 0 && watches === undefined) this.#scopes.delete(name);
  }
}

const DEFAULT_SCOPE = 'pg';

/** A process as a member of groups. */
export interface Member {
  readonly pid: Pid;
  readonly groups: Set<Group>;
  readonly ownGroups: readonly Group[];
  /** Whether it has ever been in a group. */
  readonly isMember: boolean;
  accept(message: Message): boolean;
}

/** What gets the changes of a group, or of all groups of a scope. */
export interface GroupObserver {
  next(event: GroupEvent): void;
}

/** Where a group is: its name, in one of the independent scopes. */
export interface GroupPlace {
  readonly group: string;
  /** Default `'pg'`. */
  readonly scope?: string | undefined;
}

/** One group: who is in it, how often each has joined (G2), and who watches it. */
export class Group {
  readonly members = new Map<Member, number>();
  watches: Few<GroupObserver>;
  /** Whether it stays without members, because somebody keeps it: a channel. */
  isHeld = false;

  constructor(
    readonly scope: Scope,
    readonly name: string,
  ) {}

  /** One PID for each join, as a copy. */
  get pids(): Pid[] {
    return [...this.members].flatMap(([{ pid }, joins]) => new Array<Pid>(joins).fill(pid));
  }

  /** Queues a change for those who watch this group or its scope (G5). */
  announce(kind: GroupEvent['kind'], pids: Pid[]): void {
    const { watches, scope } = this;
    if (watches === undefined && scope.watches === undefined) return;
    const event = eventOf(kind, this.name, pids);
    each(watches, (watch) => watch.next(event));
    each(scope.watches, (watch) => watch.next(event));
  }
}

/** The groups of one scope, and who watches all of them. */
export class Scope {
  readonly groups = new Map<string, Group>();
  watches: Few<GroupObserver>;

  constructor(readonly name: string) {}
}

/** @throws ProcessError `Invalid`: a name is a non-empty text. */
export function checkPlace({ group, scope = DEFAULT_SCOPE }: GroupPlace): void {
  checkName('group', group);
  checkName('scope', scope);
}

export function checkName(what: string, name: string): void {
  if (typeof name === 'string' && name !== '') return;
  throw new ProcessError('Invalid', `${shown(name)} is no ${what}: give a non-empty text`);
}

/** The event of a change, frozen, because all who watch get the same object. */
export function eventOf(kind: GroupEvent['kind'], name: string, pids: Pid[]): GroupEvent {
  const data = Object.freeze({ Group: name, PIDs: Object.freeze(pids) });
  return Object.freeze({ system: 'pg', kind, path: name, data });
}

function leaveOnce(group: Group, process: Member): boolean {
  const joins = group.members.get(process);
  if (joins === undefined) return false;
  if (joins > 1) group.members.set(process, joins - 1);
  else {
    group.members.delete(process);
    process.groups.delete(group);
  }
  return true;
}

const pidOf = ({ pid }: Member): Pid => pid;
