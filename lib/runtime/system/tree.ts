import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import type { ChildInfo } from '../process/supervision.js';

/** The supervisors that have no living supervisor themselves, each with its children. */
export function tree(kernel: Kernel<Process>): readonly TreeNode[] {
  const roots: TreeNode[] = [];
  for (const { pid, supervision } of kernel.processes.values()) {
    if (supervision?.team === undefined || supervision.by?.running) continue;
    roots.push(node(kernel, { pid, type: 'supervisor', status: 'running' }));
  }
  return roots;
}

/** A supervisor or a child in `system.tree()`. */
export interface TreeNode extends Omit<ChildInfo, 'id'> {
  /** The id that it has at its supervisor; a root has none. */
  readonly id?: string;
  /** The restart strategy, if it is a living supervisor. */
  readonly strategy?: string;
  /** The children, in the order in which they are started. */
  readonly children: readonly TreeNode[];
}

function node(kernel: Kernel<Process>, info: Omit<TreeNode, 'children'>): TreeNode {
  const process = info.pid === undefined ? undefined : kernel.processes.get(info.pid);
  const team = process?.supervision?.team;
  if (team === undefined) return { ...info, children: [] };
  const children = team.members().map((member) => node(kernel, member));
  return { ...info, strategy: team.strategy, children };
}
