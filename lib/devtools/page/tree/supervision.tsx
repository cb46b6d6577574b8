import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TreeView } from '../../wire/treeView.js';
import { processHref } from '../common/routeOf.js';
import { VirtualRows } from '../common/virtualRows.js';
import { useWatch } from '../server/useWatch.js';
import { TreeItem } from './treeItem.js';
import { type TreeRow, treeRows } from './treeRows.js';
import { treeStep } from './treeStep.js';
import { useUpsets } from './useUpsets.js';

/** The supervision tree: what ends and is restarted flashes where it stands, and is told. */
export function Supervision(): JSX.Element {
  const { value, refusal } = useWatch<readonly TreeView[]>({ watch: 'tree' });
  return (
    <>
      <h2 class="visually-hidden">Supervision</h2>
      {refusal && <p class="empty">{refusal.text}</p>}
      {value && <Tree roots={value} />}
    </>
  );
}

function Tree({ roots }: { readonly roots: readonly TreeView[] }): JSX.Element {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const { flashes, told } = useUpsets(roots);
  const rows = treeRows(roots, closed);
  const toggle = (row: TreeRow): void => setClosed(toggled(closed, row));
  const keyed = (key: string, index: number): number | undefined => {
    const step = treeStep(rows, index, key);
    if (step.toggle !== undefined) toggle(step.toggle);
    return step.to;
  };
  const open = (index: number): void => {
    const pid = rows[index]?.node.pid;
    if (pid !== undefined) location.hash = processHref(pid);
  };
  if (rows.length === 0)
    return <p class="empty">No supervisor runs: begin one with supervise().</p>;
  return (
    <div class="tree-part">
      <p class="soft told" role="status">
        {told || 'What ends, or is started again, flashes and is told here.'}
      </p>
      <VirtualRows
        role="tree"
        label="Supervision tree"
        total={rows.length}
        rowHeight={ROW_HEIGHT}
        onKey={keyed}
        onOpen={open}
        row={(index, attributes) => (
          <TreeItem
            {...{ row: rows[index] as TreeRow, attributes, toggle }}
            key={rows[index]?.key}
            flash={flashOf(rows[index] as TreeRow, flashes)}
          />
        )}
      />
    </div>
  );
}

function toggled(closed: ReadonlySet<string>, { key, isOpen }: TreeRow): ReadonlySet<string> {
  return isOpen ? new Set([...closed, key]) : new Set([...closed].filter((each) => each !== key));
}

/** A place that is closed flashes for all that are below it. */
function flashOf(
  { key, isOpen }: TreeRow,
  flashes: ReadonlyMap<string, string>,
): string | undefined {
  if (isOpen !== false) return flashes.get(key);
  const inside = [...flashes].filter(([each]) => each === key || each.startsWith(`${key}/`));
  return inside.length === 0 ? undefined : inside.join();
}

const ROW_HEIGHT = 32;
