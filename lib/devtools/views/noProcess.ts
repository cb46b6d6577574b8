import { isPid, ProcessError, parsePid } from '../../core/index.js';
import { kernelOf, type System } from '../../runtime/index.js';

/** That nobody here has a PID or name, and where to look instead, if another node of the cluster may have it. */
export function noProcess(system: System, target: string): ProcessError {
  const node = isPid(target) ? parsePid(target).node : undefined;
  const isElsewhere = node !== undefined && node !== system[kernelOf].node;
  const where = isElsewhere ? ` here: look at the devtools of the node ${node}` : '';
  return new ProcessError('NotFound', `there is no process ${target}${where}`);
}
