import type { Pid } from '../core/index.js';
import type { Kernel } from './kernel.js';
import type { Process } from './process.js';

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

/** A supervisor or a child in `system.tree()`. */
export interface TreeNode extends Omit<ChildInfo, 'id'> {
  /** Its id under its supervisor; a root has none. */
  readonly id?: string;
  /** A living supervisor's. */
  readonly strategy?: string;
  /** In the order in which they start. */
  readonly children: readonly TreeNode[];
}

/** What a supervisor says of those that it supervises. */
export interface Team {
  readonly strategy: string;
  members(): readonly ChildInfo[];
  /** Calls `run` once all its first children have started, at once when they have (V4). */
  whenUp(run: () => void): void;
}

/** What supervision leaves on a process, so that the runtime knows of it: made on first use. */
export interface Supervision {
  /** On a child: its supervisor, and its id there. */
  readonly by?: Process;
  readonly id?: string;
  /** On a supervisor. */
  team?: Team | undefined;
}

/** Whether a process's supervisor is there and about to stop it: nobody else should (O3). */
export function isStoppedBySupervisor(process: Process): boolean {
  const by = process.supervision?.by;
  return by?.running === true && by.host.phase !== 'running';
}

/** The supervisors that no living supervisor has, each with what is below it. */
export function tree(kernel: Kernel): readonly TreeNode[] {
  const roots: TreeNode[] = [];
  for (const { pid, supervision } of kernel.processes.values()) {
    if (supervision?.team === undefined || supervision.by?.running) continue;
    roots.push(node(kernel, { pid, type: 'supervisor', status: 'running' }));
  }
  return roots;
}

function node(kernel: Kernel, info: Omit<TreeNode, 'children'>): TreeNode {
  const process = info.pid === undefined ? undefined : kernel.processes.get(info.pid);
  const team = process?.supervision?.team;
  if (team === undefined) return { ...info, children: [] };
  const children = team.members().map((member) => node(kernel, member));
  return { ...info, strategy: team.strategy, children };
}
