import type { TreeRow } from './treeRows.js';

/**
 * What the arrows to the sides do in a tree: to the right a closed place opens, and from an open one they lead to its first
 * child; to the left an open place closes, and from any other they lead to its parent.
 */
export function treeStep(rows: readonly TreeRow[], index: number, key: string): TreeStep {
  const row = rows[index];
  if (row === undefined) return {};
  const { isOpen, parent } = row;
  if (key === 'ArrowRight' && isOpen === false) return { toggle: row, to: index };
  if (key === 'ArrowRight' && isOpen) return { to: index + 1 };
  if (key === 'ArrowLeft' && isOpen) return { toggle: row, to: index };
  return key === 'ArrowLeft' && parent ? { to: rows.indexOf(parent) } : {};
}

/** Nothing, where a key does nothing. */
interface TreeStep {
  /** What opens or closes. */
  readonly toggle?: TreeRow;
  /** The row that has the focus then. */
  readonly to?: number;
}
