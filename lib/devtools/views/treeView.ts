import {
  defer,
  distinctUntilChanged,
  filter,
  map,
  merge,
  type Observable,
  of,
  switchMap,
  throttleTime,
} from 'rxjs';
import { kernelOf, type TreeNode } from '../../runtime/index.js';
import type { TreeView } from '../wire/treeView.js';
import type { Means } from './means.js';

/**
 * The supervisors and their children, at once and at most 100 ms after somebody has come or gone (DV7). How often each place
 * was filled again is counted from the subscription on.
 */
export const treeView = ({ system, effort }: Means): Observable<readonly TreeView[]> =>
  defer(() => {
    const { processes } = system[kernelOf];
    const places = new Places((pid) => processes.get(pid)?.ownNames[0]);
    const changed$ = system.events$.pipe(filter(({ type }) => MEANT.has(type)));
    return merge(of(undefined), changed$).pipe(
      throttleTime(PERIOD, system.scheduler, { leading: true, trailing: true }),
      switchMap(() => effort.spend(() => withText(places.look(system.tree())))),
      distinctUntilChanged((one, other) => one.text === other.text),
      map(({ tree }) => tree),
    );
  });

const withText = (tree: readonly TreeView[]) => ({ tree, text: JSON.stringify(tree) });

/** Milliseconds. */
const PERIOD = 100;
const MEANT: ReadonlySet<string> = new Set(['spawned', 'exited']);

/** Whoever has very many children is shown with the first of them, and how many more there are. */
const MOST = 500;

/** Who was last seen at each place, which is the ids on the way to it. */
class Places {
  readonly #nameOf: (pid: string) => string | undefined;
  #seen = new Map<string, Seen>();

  constructor(nameOf: (pid: string) => string | undefined) {
    this.#nameOf = nameOf;
  }

  look(roots: readonly TreeNode[]): TreeView[] {
    const seen = new Map<string, Seen>();
    const view = (node: TreeNode, above: string): TreeView => {
      // A root has no id, and is not started again.
      const place = `${above}/${node.id ?? node.pid}`;
      const before = this.#seen.get(place) ?? { pid: node.pid, restarts: 0 };
      const isNew = node.pid !== undefined && node.pid !== before.pid && before.pid !== undefined;
      const restarts = before.restarts + (isNew ? 1 : 0);
      // While it is down, the last one that was there is remembered.
      seen.set(place, { pid: node.pid ?? before.pid, restarts });
      const { children, ...own } = node;
      const shown = children.slice(0, MOST).map((child) => view(child, place));
      const more = children.length - shown.length;
      const name = this.#nameOf(node.pid ?? '');
      return {
        ...{ ...own, restarts, children: shown },
        ...(name !== undefined && { name }),
        ...(more > 0 && { more }),
      };
    };
    const views = roots.map((root) => view(root, ''));
    this.#seen = seen;
    return views;
  }
}

interface Seen {
  readonly pid: string | undefined;
  readonly restarts: number;
}
