import { type Message, ProcessError, shown } from '../../core/index.js';
import { type Announcer, Group, type Member, Scope } from './group.js';

/**
 * The process groups of a system. Invariant: a group is in the table while it has a member on any node, is watched
 * or held, and a scope while it has a group or is watched. For users, only a group with members exists (G1).
 */
export class GroupTable {
  readonly #scopes = new Map<string, Scope>();

  /** Is called with each message for a group; in development only. */
  onBroadcast: ((message: Message) => void) | undefined;

  #announcerOf: ((scope: string) => Announcer | undefined) | undefined;

  /** From now on other nodes are told of changes in the scopes that have an announcer (D46). */
  announceBy(announcerOf: (scope: string) => Announcer | undefined): void {
    this.#announcerOf = announcerOf;
    for (const scope of this.#scopes.values()) scope.announcer = announcerOf(scope.name);
  }

  /** The scopes in use. */
  get scopes(): Iterable<Scope> {
    return this.#scopes.values();
  }

  /** How many scopes are in use. */
  get size(): number {
    return this.#scopes.size;
  }

  /** Joins processes; one that is listed twice joins twice (G2). */
  join(place: GroupPlace, processes: readonly Member[]): void {
    checkPlace(place);
    if (processes.length === 0) return;
    this.open(place).join(processes);
  }

  /** Takes back one join for each entry of the list. @throws ProcessError `NotFound` if there was none. */
  leave(place: GroupPlace, processes: readonly Member[]): void {
    const group = this.find(place);
    if (group === undefined || !group.leave(processes)) {
      throw new ProcessError('NotFound', `cannot leave ${place.group}: not a member of the group`);
    }
    this.tidy(group);
  }

  /** Sends to this node's members but some; the result is how many mailboxes took the message (G4). */
  broadcast({ members }: Group, message: Message, except?: ReadonlySet<unknown>): number {
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
    for (const group of process.ownGroups) {
      group.exit(process);
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
      scope.announcer = this.#announcerOf?.(name);
      this.#scopes.set(name, scope);
    }
    return scope;
  }

  /** Removes a group, and then its scope, if nobody is in it, watches or holds it. */
  tidy(group: Group): void {
    const { scope, members, others, watches, name, isHeld } = group;
    const isEmpty = members.size === 0 && others === undefined;
    if (isEmpty && watches === undefined && !isHeld) scope.groups.delete(name);
    this.tidyScope(scope);
  }

  tidyScope({ groups, watches, name }: Scope): void {
    if (groups.size === 0 && watches === undefined) this.#scopes.delete(name);
  }
}

const DEFAULT_SCOPE = 'pg';

/** Where a group is: its name, in one of the independent scopes. */
export interface GroupPlace {
  readonly group: string;
  /** Default `'pg'`. */
  readonly scope?: string | undefined;
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
