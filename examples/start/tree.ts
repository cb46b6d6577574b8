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
import { room, type WebSocketManager, type WireMessage } from 'rx-process/channels';
import { auditTime, filter, map, merge, startWith, tap } from 'rxjs';
import { type Branch, grown, type Sight, seen, WATCH } from './watch.js';

/** How many of the children of one process are shown. */
const MOST = 20;

/** Tells the watch of every crash of a process with a name, and of the tree each time that it has changed. */
export const tree =
  (system: System, manager: WebSocketManager): Behavior =>
  (_inbox, self) => {
    /** By PID; a name that is there again after a crash is that of the same process, restarted. */
    const names = new Map<Pid, string>();
    const restarts = new Map<string, number>();

    const crash$ = system.events$.pipe(
      tap((event) => {
        if (event.type === 'spawned' && event.name !== undefined) names.set(event.pid, event.name);
      }),
      filter(isExit),
      map(({ pid, reason }) => {
        const name = names.get(pid);
        names.delete(pid);
        if (name === undefined || isOrderly(reason)) return undefined;
        restarts.set(name, (restarts.get(name) ?? 0) + 1);
        return send(WATCH, seen, { topic: 'exited', pid, detail: `${name}: ${textOf(reason)}` });
      }),
    );
    const processes$ = system.events$.pipe(
      filter(({ type }) => type === 'spawned' || type === 'exited'),
    );
    // A connection may be there for long before it joins a room, of which the watch tells its watchers.
    const members$ = manager.channel(WATCH).published$.pipe(filter(isOfMembers));
    const tree$ = merge(processes$, members$).pipe(
      startWith(undefined),
      auditTime(50, self.scheduler),
      map(() => send(WATCH, grown, rootsOf(system, manager, restarts))),
    );
    return merge(crash$, tree$);
  };

type Exited = SystemEvent & { readonly type: 'exited' };

const isExit = (event: SystemEvent): event is Exited => event.type === 'exited';

const isOfMembers = ({ payload }: WireMessage): boolean => {
  const { topic } = (payload as { readonly data: Partial<Sight> }).data;
  return topic === room.joined || topic === room.left;
};

const textOf = (reason: ExitReason): string =>
  reason.type === 'error' ? String(reason.error) : reason.type;

/** What is supervised, and the manager with the channels, each with its members. */
function rootsOf(
  system: System,
  manager: WebSocketManager,
  restarts: ReadonlyMap<string, number>,
): Branch[] {
  const branch = (name: string, pid: Pid | undefined, children: readonly Branch[]): Branch => ({
    ...{ name, pid, isClient: false, restarts: 0 },
    ...{ children: children.slice(0, MOST), more: Math.max(0, children.length - MOST) },
  });
  const supervised = ({ id = '', pid, children }: Partial<TreeNode>): Branch => {
    const name = (pid && system.info(pid)?.names[0]) ?? id;
    const below = (children ?? []).map(supervised);
    return { ...branch(name, pid, below), restarts: restarts.get(name) ?? 0 };
  };
  const members = (name: string): Branch[] =>
    manager.channels.getSubscribers(name).map((pid) => {
      const { identity = 'connection' } = manager.getConnectionMetadata(pid) ?? {};
      return { ...branch(identity, pid, []), isClient: true };
    });
  // A channel without a process is no node of a tree of processes.
  const rooms = manager.channels.listChannels().flatMap((name) => {
    const pid = system.names.lookup(`channel:${name}`);
    if (pid === undefined) return [];
    return { ...branch(name, pid, members(name)), restarts: restarts.get(`channel:${name}`) ?? 0 };
  });
  return [...system.tree().map(supervised), branch('websocket', manager.pid, rooms)];
}
