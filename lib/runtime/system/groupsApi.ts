import { Observable } from 'rxjs';
import {
  type BroadcastOptions,
  type GroupEvent,
  knownOptions,
  type PayloadArgs,
  type Pid,
  type Topic,
} from '../../core/index.js';
import { broadcast } from '../kernel/broadcast.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import { checkName, checkPlace } from '../registry/groupTable.js';
import { GroupWatch, watchGroup, watchScope } from '../registry/groupWatch.js';

/** `system.groups`: the groups of the default scope, `'pg'`, and of other scopes (G1). */
export const groupsApi = (kernel: Kernel<Process>) => ({
  ...groupsIn(kernel, undefined),
  /** The groups of one scope, which share nothing with others. A scope exists while it is used. */
  scope: (name: string): Groups => {
    checkName('scope', name);
    return groupsIn(kernel, name);
  },
});

/**
 * Named groups of processes, in one scope (§9). A group exists while it has members; it need not be created
 * or deleted. A process that ends leaves its groups before its EXIT is sent.
 *
 * Every method throws `Invalid` if the group is not a non-empty text.
 *
 * @example
 * system.groups.join('prices', pid);
 * system.groups.broadcast('prices', price, { symbol: 'ABC', cents: 1_250 }); // 1
 */
export interface Groups {
  /**
   * Joins a process, which may join several times (G2). If one process of a list is dead, none joins; an
   * empty list changes nothing.
   *
   * @throws ProcessError `NotFound` for a dead PID.
   */
  join(group: string, pid: Pid | readonly Pid[]): void;
  /**
   * Takes back one join of a process. Processes of a list that are not members are skipped.
   *
   * @throws ProcessError `NotFound` if none of them is a member.
   */
  leave(group: string, pid: Pid | readonly Pid[]): void;
  /**
   * The members, as a copy with one entry for each join; empty if there is no such group. In a cluster those of all
   * nodes, own ones first, and only own ones in a scope that is counted (D46, D48).
   */
  members(group: string): readonly Pid[];
  /** The same of this node only. */
  localMembers(group: string): readonly Pid[];
  /** How many processes are members, each counted once; in a cluster on all nodes, in a counted scope as well. */
  size(group: string): number;
  /**
   * Sends a message to every member that is not in `except`, once for each process, and returns how many
   * mailboxes have taken it (G4). For a full mailbox there is a drop event `overflow`. In a cluster it goes to the
   * members on other nodes as well, and as many of them as are known are added (D49).
   *
   * @throws ProcessError `Invalid` for a topic that is not allowed (M2), or an `except` that is no PID.
   */
  broadcast<P>(
    group: string,
    topic: Topic<P>,
    ...payload: PayloadArgs<P, [options?: Pick<BroadcastOptions, 'except'>]>
  ): number;
  /** Emits the members, then each join and leave (G5). Cold; never completes. */
  monitor(group: string): Observable<GroupEvent>;
  /** The same for all groups of the scope, including later ones: first the members of each that exists. */
  events(): Observable<GroupEvent>;
}

function groupsIn(kernel: Kernel<Process>, scope: string | undefined): Groups {
  const { groups, queue } = kernel;
  return {
    join: (group, pid) => groups.join({ group, scope }, living(kernel, group, listed(pid))),
    leave: (group, pid) => {
      const there = listed(pid).map((each) => kernel.find(each));
      groups.leave({ group, scope }, there.filter(isThere));
    },
    members: (group) => groups.find({ group, scope })?.pids ?? [],
    localMembers: (group) => groups.find({ group, scope })?.ownPids ?? [],
    size: (group) => groups.find({ group, scope })?.size ?? 0,
    broadcast: (
      group: string,
      topic: string,
      payload?: unknown,
      options: Pick<BroadcastOptions, 'except'> = {},
    ) => {
      knownOptions('groups.broadcast', options, { except: true });
      const { except } = options;
      return broadcast(kernel, undefined, { group, scope, topic, payload, except });
    },
    monitor: (group) => {
      checkPlace({ group, scope });
      return new Observable((subscriber) =>
        watchGroup(groups, { group, scope }, new GroupWatch(queue, subscriber)),
      );
    },
    events: () =>
      new Observable((subscriber) => watchScope(groups, scope, new GroupWatch(queue, subscriber))),
  };
}

const listed = (pid: Pid | readonly Pid[]): readonly Pid[] =>
  Array.isArray(pid) ? pid : [pid as Pid];

const isThere = (process: Process | undefined): process is Process => process !== undefined;

const living = (kernel: Kernel<Process>, group: string, pids: readonly Pid[]): Process[] =>
  pids.map((pid) => kernel.own(pid, () => `cannot join ${group}`));
