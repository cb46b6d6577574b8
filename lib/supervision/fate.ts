import type { Process } from '../runtime/index.js';
import { Run } from './run.js';

/**
 * What becomes of a supervisor that ends with `children`, as the end of a warning; nothing if it does not end.
 * It ends with `shutdown` (V2), after which only a permanent child is restarted (V1).
 */
export function fate(me: Process, children: number | undefined): string {
  if (children === undefined) return '';
  const { supervision } = me;
  const isRestarted = supervision instanceof Run && supervision.child.plan.restart === 'permanent';
  const who = isRestarted ? called(supervision.by) : 'nobody';
  const all = children === 1 ? 'its child' : `all its ${children} children`;
  return `; the supervisor ${called(me)} ends with ${all}, and ${who} restarts it`;
}

const called = ({ ownNames, pid }: Process): string => [...ownNames, pid].join(' ');
