import type { Pid } from '../../core/index.js';
import type { Process } from '../process/process.js';
import { labelOf } from '../telemetry/tracer.js';
import { Monitor } from '../ties/monitor.js';

/** What `system.info` and `system.processes` tell of a living process: a snapshot. */
export interface ProcessInfo {
  readonly pid: Pid;
  /** Its id, of the spawn or the last upgrade, or its function's name; without either `'anonymous'`. */
  readonly behavior: string;
  readonly host: string;
  /** Who spawned it; `undefined` outside any process. It may be dead by now. */
  readonly parent: Pid | undefined;
  readonly names: readonly string[];
  /** The groups it is in, of every scope. */
  readonly groups: readonly string[];
  /** To whom it is linked. */
  readonly links: readonly Pid[];
  /** Whom it watches, once a monitor; a pending call watches its target too (M13). */
  readonly monitors: readonly Pid[];
  /** Who watches it, once a monitor; `undefined` for one from outside any process. */
  readonly monitoredBy: readonly (Pid | undefined)[];
  readonly status: ProcessStatus;
  /** Messages that wait. */
  readonly depth: number;
  /** The most messages that ever waited at once. */
  readonly highWater: number;
  /** Messages that its readers have taken. */
  readonly handled: number;
  /** Milliseconds since the spawn, on the system's clock. */
  readonly uptime: number;
}

/**
 * What a process is doing. `waiting`: nobody is subscribed to its inbox or a listened pattern, as
 * before its first turn. `held`: its reader works on a message and the next ones wait (M12).
 * `stopping`: its host stops, it takes no messages (O2). `closing`: a connection on its way out (Y3).
 * `running`: none of these; a message would be read at once.
 */
export type ProcessStatus = 'running' | 'waiting' | 'held' | 'stopping' | 'closing';

export function infoOf(process: Process): ProcessInfo {
  const { mailbox } = process;
  return {
    pid: process.pid,
    behavior: labelOf(process),
    host: process.host.id,
    parent: process.parent,
    names: process.ownNames,
    groups: process.ownGroups.map(({ name }) => name),
    links: process.peers,
    monitors: process.watching.flatMap((watch) => (watch instanceof Monitor && watch.target) || []),
    monitoredBy: process.monitors.map(({ watcher }) => watcher),
    status: statusOf(process),
    depth: mailbox.depth,
    highWater: mailbox.highWater,
    handled: mailbox.handled,
    uptime: process.kernel.uptime() - process.since,
  };
}

function statusOf({ mailbox }: Process): ProcessStatus {
  const { phase } = mailbox;
  if (phase === 'stopping' || phase === 'closing') return phase;
  if (!mailbox.isRead) return 'waiting';
  return mailbox.isHeld ? 'held' : 'running';
}
