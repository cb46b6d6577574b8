import type { Pid } from '../../core/index.js';
import type { Host } from '../registry/hostTable.js';

/** What supervision leaves on a process, so that the runtime knows of it: made on first use. */
export interface Supervision {
  /** On a child: its supervisor, and its id there. */
  readonly by?: Superior;
  readonly id?: string;
  /** On a supervisor. */
  team?: Team | undefined;
}

/** What becomes of a child: `restarting` waits for its back-off or its turn, `stopped` stays down. */
export type ChildStatus = 'starting' | 'running' | 'stopping' | 'restarting' | 'stopped';

/** One child of a supervisor. */
export interface ChildInfo {
  readonly id: string;
  /** `undefined` while it is down. */
  readonly pid: Pid | undefined;
  readonly type: 'worker' | 'supervisor';
  readonly status: ChildStatus;
  /** The id of its behaviour, when it was given by id. */
  readonly behavior?: string;
}

/** What a supervisor says of those that it supervises. */
export interface Team {
  readonly strategy: string;
  members(): readonly ChildInfo[];
  /** Calls `run` once all its first children have started, at once when they have (V4). */
  whenUp(run: () => void): void;
}

/** A process as the supervisor of another. */
export interface Superior {
  readonly running: boolean;
  readonly host: Host;
}

/** Whether a process's supervisor is there and about to stop it: nobody else should (O3). */
export function isStoppedBySupervisor(process: {
  readonly supervision: Supervision | undefined;
}): boolean {
  const by = process.supervision?.by;
  return by?.running === true && by.host.phase !== 'running';
}
