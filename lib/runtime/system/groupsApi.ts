import { Observable } from 'rxjs';
import { type GroupEvent, type Pid, ProcessError, type Topic } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import { checkName, checkPlace } from '../registry/groupTable.js';
import { GroupWatch, watchGroup, watchScope } from '../registry/groupWatch.js';

/** `system.groups`: the default scope, `'pg'`, and the way to the others (G1). */
export const groupsApi = (kernel: Kernel<Process>) => ({
  ...groupsIn(kernel, undefined),
  /** Groups that share nothing with those of another scope; a scope is there while it is used. */
  scope: (name: string): Groups => {
    checkName('scope', name);
    return groupsIn(kernel, name);
  },
});

/**
 * Named groups of processes, in one scope (§9). A group is there while it has members, and nobody creates
 * or deletes one; an exit takes its process out of every group, before anybody is told of the exit.
 *
 * Every method throws `Invalid` for a group that is no non-empty text.
 *
 * @example
 * system.groups.join('prices', pid);
 * system.groups.broadcast('prices', price, { symbol: 'ABC', cents: 1_250 }); // 1
 */
export interface Groups {
  /**
   * Joins a process, once more each time (G2). Of a list all join or, when one is not there, none; a
   * list without an entry changes nothing.
   *
   * @throws ProcessError `NotFound` for a dead PID.
   */
  join(group: string, pid: Pid | readonly Pid[]): void;
  /**
   * Takes back one join of a process. Of a list, whichever are there, and it fails only if none is.
   *
   * @throws ProcessError `NotFound` without membership.
   */
  leave(group: string, pid: Pid | readonly Pid[]): void;
  /** A copy of the list, one entry for each join; empty for a group that nobody is in. */
  members(group: string): readonly Pid[];
  /**
   * Sends one message to every member, once for each process, and returns how many mailboxes took it
   * (G4). One that is full is an `overflow` event.
   *
   * @throws ProcessError `Invalid` for a topic that nobody may send to (M2).
   */
  broadcast<P>(group: string, topic: Topic<P>, payload?: NoInfer<P>): number;
  /** Who is in the group, then who joins and leaves it (G5). Cold; never completes. */
  monitor(group: string): Observable<GroupEvent>;
  /** The same for every group, those to come included: first the members of each that is there. */
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
    broadcast: (group, topic, payload) =>
      groups.broadcast({ group, scope }, { topic, payload, from: undefined }),
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

function living(kernel: Kernel<Process>, group: string, pids: readonly Pid[]): Process[] {
  return pids.map((pid) => {
    const process = kernel.find(pid);
    if (process !== undefined) return process;
    throw new ProcessError('NotFound', `cannot join ${group}: no process ${pid}`);
  });
}
