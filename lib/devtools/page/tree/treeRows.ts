import type { TreeView } from '../../wire/treeView.js';

/**
 * Some trees as the rows that are drawn, from top to bottom, without what is below the closed ones.
 */
export function treeRows(
  roots: readonly TreeView[],
  closed: ReadonlySet<string>,
): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (siblings: readonly TreeView[], parent: TreeRow | undefined): void => {
    for (const [i, node] of siblings.entries()) {
      const key = `${parent === undefined ? '' : `${parent.key}/`}${nameOf(node)}`;
      const isLast = i === siblings.length - 1;
      const row: TreeRow = {
        key,
        node,
        parent,
        isLast,
        level: (parent?.level ?? 0) + 1,
        position: i + 1,
        siblings: siblings.length,
        isOpen: node.children.length === 0 ? undefined : !closed.has(key),
      };
      rows.push(row);
      if (row.isOpen) add(node.children, row);
    }
  };
  add(roots, undefined);
  return rows;
}

/** What a place is called among its siblings; it keeps that name when it is filled again. */
export const nameOf = ({ id, name, pid = '' }: TreeView): string => id ?? name ?? pid;

/** What it is called: a root has no id, and mostly a behaviour that says more than its PID. */
export const titleOf = ({ id, name, behavior, pid = '' }: TreeView): string =>
  id ?? name ?? behavior ?? pid;

/** Where a row's lines go: for each level above it, whether that one has siblings further down. */
export function guidesOf({ parent }: TreeRow): readonly boolean[] {
  const guides: boolean[] = [];
  for (let above = parent; above?.parent !== undefined; above = above.parent) {
    guides.unshift(!above.isLast);
  }
  return guides;
}

/** A row of the tree. */
export interface TreeRow {
  /** The way from its root to it. */
  readonly key: string;
  readonly node: TreeView;
  readonly parent: TreeRow | undefined;
  readonly isLast: boolean;
  /** 1 for a root. */
  readonly level: number;
  /** Its place among its siblings, from 1. */
  readonly position: number;
  readonly siblings: number;
  /** `undefined` where there is nothing below it. */
  readonly isOpen: boolean | undefined;
}
