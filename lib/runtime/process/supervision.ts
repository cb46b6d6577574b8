import type { Observable } from 'rxjs';
import type { Pid } from '../../core/index.js';
import type { Host } from '../registry/hostTable.js';

/** What the runtime has to know of supervision. A process that has no part in it has none. */
export interface Supervision {
  /** If it is a child: its supervisor, and its id there. */
  readonly by?: Superior;
  readonly id?: string;
  /** If it is a child: whether it has outlived its first turn (V4). */
  hasBegun?: boolean;
  /** If it is a supervisor: its children. */
  team?: Team | undefined;
}

/** The state of a child: `restarting` waits for its back-off or its turn, `stopped` is not restarted. */
export type ChildStatus = 'starting' | 'running' | 'stopping' | 'restarting' | 'stopped';

/** One child of a supervisor. */
export interface ChildInfo {
  readonly id: string;
  /** `undefined` while it is down. */
  readonly pid: Pid | undefined;
  readonly type: 'worker' | 'supervisor';
  readonly status: ChildStatus;
  /** The id of its behaviour, if it has one. */
  readonly behavior?: string;
}

/** The children of a supervisor. */
export interface Team {
  readonly strategy: string;
  members(): readonly ChildInfo[];
  /** Calls `run` when all its first children have started, or at once if they have (V4). */
  whenUp(run: () => void): void;
  /** The PID of a child that has started and not ended. */
  pidOf(id: string): Pid | undefined;
  /**
   * The PIDs of a child from now on, each when it has started, `former` excepted; completes when none will
   * come, because the supervisor has ended or does not start the child any more.
   */
  successors(id: string, former: Pid): Observable<Pid>;
}

/** A process in its role as the supervisor of another. */
export interface Superior {
  readonly running: boolean;
  readonly host: Host;
  readonly supervision: Supervision | undefined;
}

/** Whether the supervisor of a process lives and will stop it, so that nobody else should (O3). */
export function isStoppedBySupervisor(process: {
  readonly supervision: Supervision | undefined;
}): boolean {
  const by = process.supervision?.by;
  return by?.running === true && by.host.phase !== 'running';
}
