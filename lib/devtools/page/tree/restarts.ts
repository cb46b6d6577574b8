import type { TreeView } from '../../wire/wire.js';
import { nameOf } from './treeRows.js';

/** Which places of a tree were filled again since it was seen last, each with how often that is in all. */
export function restarts(before: TreeView | undefined, now: TreeView): readonly Restart[] {
  if (before === undefined) return [];
  const found: Restart[] = [];
  compare(before, now, '', found);
  return found;
}

function compare(before: TreeView, now: TreeView, above: string, found: Restart[]): void {
  // A tree is sent whole; what has not changed is compared all the same, which costs 2 ms for 10,000 places.
  const former = new Map(before.children.map((child) => [nameOf(child), child]));
  for (const child of now.children) {
    const name = nameOf(child);
    const key = above === '' ? name : `${above}/${name}`;
    const was = former.get(name);
    if (was !== undefined && child.restarts > was.restarts) {
      found.push({ key, name, behavior: child.behavior, times: child.restarts });
    }
    if (was !== undefined) compare(was, child, key, found);
  }
}

/** A place that was filled again. */
export interface Restart {
  readonly key: string;
  readonly name: string;
  readonly behavior: string | undefined;
  readonly times: number;
}
