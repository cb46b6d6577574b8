import type { Pid } from '../../core/index.js';
import type { Process } from '../process/process.js';
import { labelOf } from '../telemetry/tracer.js';
import { Monitor } from '../ties/monitor.js';

/** A snapshot of a living process, from `system.info` or `system.processes`. */
export interface ProcessInfo {
  readonly pid: Pid;
  /** The id given at its spawn or last upgrade, or else its function's name, or else `'anonymous'`. */
  readonly behavior: string;
  readonly host: string;
  /** The process that spawned it, which may be dead by now; `undefined` if none did. */
  readonly parent: Pid | undefined;
  readonly names: readonly string[];
  /** The groups it is in, of every scope. */
  readonly groups: readonly string[];
  /** The processes that it is linked to. */
  readonly links: readonly Pid[];
  /** The processes that it monitors, one entry for each monitor; a pending call has one as well (M13). */
  readonly monitors: readonly Pid[];
  /** Who monitors it, one entry for each monitor; `undefined` stands for one outside of processes. */
  readonly monitoredBy: readonly (Pid | undefined)[];
  /** How many timers of it run: of `sendAfter`, of `every`, and of cancels with a deadline. */
  readonly timers: number;
  readonly status: ProcessStatus;
  /** How many messages wait. */
  readonly depth: number;
  /** How many messages have waited at once, at most. */
  readonly highWater: number;
  /** How many messages its readers have taken. */
  readonly handled: number;
  /** Milliseconds since its spawn. */
  readonly uptime: number;
}

/**
 * What a process is doing. `waiting`: nobody is subscribed to its inbox or a listened pattern, as
 * before its first turn. `held`: its reader works on a message, and the next ones wait (M12).
 * `stopping`: its host stops, and it takes no messages (O2). `closing`: it is a connection that closes (Y3).
 * `running`: none of these; it would read a message at once.
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
    timers: process.timerCount,
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
