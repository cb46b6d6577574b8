import type { TreeView } from '../../wire/treeView.js';
import { nameOf } from './treeRows.js';

/** Which places of some trees have lost their process, or were filled again, since they were seen last. */
export function upsets(before: Trees, now: Trees): readonly Upset[] {
  const found: Upset[] = [];
  compare(before, now, '', found);
  return found;
}

type Trees = readonly TreeView[];

function compare(before: Trees, now: Trees, above: string, found: Upset[]): void {
  const former = new Map(before.map((child) => [nameOf(child), child]));
  for (const child of now) {
    const name = nameOf(child);
    const was = former.get(name);
    // Whoever is new has come as it should.
    if (was === undefined) continue;
    const key = above === '' ? name : `${above}/${name}`;
    const { restarts: times } = child;
    if (times > was.restarts) found.push({ key, name, times, isDown: false });
    else if (was.pid !== undefined && child.pid === undefined) {
      found.push({ key, name, times, isDown: true });
    }
    compare(was.children, child.children, key, found);
  }
}

/** Something in the tree that was not meant to happen. */
export interface Upset {
  /** The place, as the way from its root to it. */
  readonly key: string;
  readonly name: string;
  /** How often it was filled again. */
  readonly times: number;
  /** There is no process in it now. */
  readonly isDown: boolean;
}
