import type { Pid } from '../../core/index.js';
import {
  type Group,
  type GroupPlace,
  type Kernel,
  type Part,
  pidsOf,
} from '../../runtime/index.js';
import type { Entry } from '../wire/entry.js';

/** What one other node has told of its members in this session. Only that node changes it, and with it all of it ends. */
export class Announced {
  readonly #node: string;
  readonly #kernel: Kernel;
  /** The groups where it has members. */
  readonly #groups = new Set<Group>();
  /** About how many bytes they take here. */
  #bytes = 0;
  #isFull = false;

  constructor(node: string, kernel: Kernel) {
    this.#node = node;
    this.#kernel = kernel;
  }

  take({ scope, change, groups }: Entry & { kind: 'group' }): void {
    for (const [group, members] of groups) {
      const place = { scope, group };
      if (typeof members === 'number') this.#count(place, members);
      else if (change === 'leave') this.#leave(place, members);
      else this.#join(place, members, change === 'set');
    }
  }

  /** The node is lost: it has no members any more (D9). */
  end(): void {
    for (const group of this.#groups) this.#clear(group);
  }

  #count(place: GroupPlace, count: number): void {
    const group = this.#find(place);
    if (group !== undefined && typeof this.#partOf(group) === 'number' && count > 0) {
      group.others?.set(this.#node, count);
      return;
    }
    if (group !== undefined) this.#clear(group);
    if (count === 0 || this.#isTooMuch(place, [])) return;
    this.#open(place, count);
  }

  #join(place: GroupPlace, pids: readonly Pid[], isAnew: boolean): void {
    const known = this.#find(place);
    if (known !== undefined && (isAnew || typeof this.#partOf(known) === 'number'))
      this.#clear(known);
    if (pids.length === 0 || this.#isTooMuch(place, pids)) return;
    const group = this.#find(place) ?? this.#open(place, new Map());
    const joins = this.#partOf(group) as Map<Pid, number>;
    for (const pid of pids) joins.set(pid, (joins.get(pid) ?? 0) + 1);
    this.#bytes += bytesOf(pids);
    group.tell('member.joined', pids);
  }

  #leave(place: GroupPlace, pids: readonly Pid[]): void {
    const group = this.#find(place);
    const joins = group && this.#partOf(group);
    if (group === undefined || !(joins instanceof Map)) return;
    const gone = pids.filter((pid) => leaveOnce(joins, pid));
    this.#bytes -= bytesOf(gone);
    if (gone.length > 0) group.tell('member.left', gone);
    if (joins.size === 0) this.#remove(group);
  }

  /** All of its members leave a group, as one change (G3). */
  #clear(group: Group): void {
    const gone = pidsOf(this.#partOf(group) ?? 0);
    this.#bytes -= bytesOf(gone);
    if (gone.length > 0) group.tell('member.left', gone);
    this.#remove(group);
  }

  /** The group, if this node has members there. */
  #find(place: GroupPlace): Group | undefined {
    const group = this.#kernel.groups.find(place);
    return group !== undefined && this.#groups.has(group) ? group : undefined;
  }

  #partOf({ others }: Group): Part | undefined {
    return others?.get(this.#node);
  }

  #open(place: GroupPlace, part: Part): Group {
    const group = this.#kernel.groups.open(place);
    group.others ??= new Map();
    group.others.set(this.#node, part);
    this.#groups.add(group);
    this.#bytes += rowBytes(group.scope.name, group.name);
    return group;
  }

  #remove(group: Group): void {
    this.#groups.delete(group);
    this.#bytes -= rowBytes(group.scope.name, group.name);
    group.others?.delete(this.#node);
    if (group.others?.size === 0) group.others = undefined;
    this.#kernel.groups.tidy(group);
  }

  /** Whether a node says more than is kept of one, so that none can fill the memory; told once. */
  #isTooMuch({ scope = '', group }: GroupPlace, pids: readonly Pid[]): boolean {
    if (this.#bytes + rowBytes(scope, group) + bytesOf(pids) <= MAX_BYTES) return false;
    if (!this.#isFull) {
      const advice = 'more of them are not known here: have their scope counted (D48)';
      const text = `the node ${this.#node} has more members in groups than are listed; ${advice}`;
      this.#kernel.events.warning('too_many_members', text);
    }
    this.#isFull = true;
    return true;
  }
}

function leaveOnce(joins: Map<Pid, number>, pid: Pid): boolean {
  const count = joins.get(pid);
  if (count === undefined) return false;
  if (count > 1) joins.set(pid, count - 1);
  else joins.delete(pid);
  return true;
}

function bytesOf(pids: readonly Pid[]): number {
  return pids.reduce((sum, pid) => sum + ENTRY + pid.length, 0);
}

function rowBytes(scope: string, group: string): number {
  return ROW + scope.length + group.length;
}

/** Bytes of what is kept of one node: some 700,000 members. */
const MAX_BYTES = 64 * 1024 * 1024;

/** About what a group and a member take, beside their names. */
const ROW = 256;
const ENTRY = 64;
