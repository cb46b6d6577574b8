import {
  type Behavior,
  type ExitReason,
  isOrderly,
  type Pid,
  type System,
  type SystemEvent,
  send,
  type TreeNode,
} from 'rx-process';
import { auditTime, filter, map, merge, startWith } from 'rxjs';
import { type Branch, grown, seen, WATCH } from './watch.js';

/** How many of the children of one process are shown. */
const MOST = 20;

/** Tells the watch of every crash of a supervised process, and of the tree each time that it has changed. */
export const tree =
  (system: System): Behavior =>
  (_inbox, self) => {
    /** By the id of the child: a restart keeps it, and gives a new PID. */
    const restarts = new Map<string, number>();

    const crash$ = system.events$.pipe(
      filter(isCrash),
      map(({ pid, reason }) => {
        // At its supervisor it is still the child that it was.
        const { id } = find(system.tree(), pid) ?? {};
        if (id === undefined) return undefined;
        restarts.set(id, (restarts.get(id) ?? 0) + 1);
        const metadata = { path: id };
        return send(WATCH, seen, {
          topic: 'exited',
          payload: { client_pid: pid, reason: textOf(reason), metadata },
        });
      }),
    );
    const tree$ = system.events$.pipe(
      filter(({ type }) => type === 'spawned' || type === 'exited'),
      startWith(undefined),
      auditTime(50, self.scheduler),
      map(() => {
        const roots = system.tree().map((node) => branchOf(system, restarts, node));
        return send(WATCH, grown, roots);
      }),
    );
    return merge(crash$, tree$);
  };

type Exited = SystemEvent & { readonly type: 'exited' };

const isCrash = (event: SystemEvent): event is Exited =>
  event.type === 'exited' && !isOrderly(event.reason);

const textOf = (reason: ExitReason): string =>
  reason.type === 'error' ? String(reason.error) : reason.type;

/** The node of a process, if a supervisor knows it. */
const find = (nodes: readonly TreeNode[], pid: Pid): TreeNode | undefined => {
  for (const node of nodes) {
    const found = node.pid === pid ? node : find(node.children, pid);
    if (found !== undefined) return found;
  }
  return undefined;
};

type Node = Pick<TreeNode, 'id' | 'pid' | 'children'>;

/** A node with what is below it, the connections of its clients too. */
const branchOf = (
  system: System,
  restarts: ReadonlyMap<string, number>,
  { id = '', pid, children }: Node,
): Branch => {
  const below = [...children, ...connectionsOf(system, pid)];
  return {
    name: (pid && system.info(pid)?.names[0]) ?? id,
    pid,
    restarts: restarts.get(id) ?? 0,
    children: below.slice(0, MOST).map((node) => branchOf(system, restarts, node)),
    more: Math.max(0, below.length - MOST),
  };
};

/** A connection monitors the process that it tells of its client. */
const connectionsOf = (system: System, pid: Pid | undefined): readonly Node[] =>
  ((pid && system.info(pid)?.monitoredBy) ?? [])
    .filter((by) => by !== undefined && system.info(by)?.behavior === 'connection')
    .map((by) => ({ id: 'connection', pid: by, children: [] }));
