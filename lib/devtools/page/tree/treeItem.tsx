import type { JSX } from 'preact';
import type { TreeView } from '../../wire/treeView.js';
import { Status } from '../common/status.js';
import type { RowAttributes } from '../common/virtualRows.js';
import { guidesOf, type TreeRow, titleOf } from './treeRows.js';

/** A place of the tree, with the lines that lead to it. */
export function TreeItem({ row, attributes, toggle, flash }: TreeItemProps): JSX.Element {
  const { node, isOpen, level } = row;
  return (
    <div
      {...attributes}
      class="tree-row"
      role="treeitem"
      aria-level={level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={isOpen}
      aria-selected={attributes.tabIndex === 0}
    >
      <Lines row={row} />
      <span
        class="twist"
        data-open={isOpen}
        aria-hidden="true"
        onClick={(event) => {
          if (isOpen === undefined) return;
          event.stopPropagation();
          toggle(row);
        }}
      />
      {/* Another key, another animation: it begins anew each time. */}
      <Node key={flash} node={node} isClosed={isOpen === false} isFlashing={flash !== undefined} />
    </div>
  );
}

function Lines({ row }: { readonly row: TreeRow }): JSX.Element {
  const { level, isLast } = row;
  return (
    <>
      {guidesOf(row).map((goesOn, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a level is known by its number
        <span key={i} class={goesOn ? 'guide goes-on' : 'guide'} />
      ))}
      {level > 1 && <span class={isLast ? 'guide elbow' : 'guide elbow goes-on'} />}
    </>
  );
}

function Node({ node, isClosed, isFlashing }: NodeProps): JSX.Element {
  return (
    <span class={isFlashing ? 'node is-flashing' : 'node'} data-type={node.type}>
      <b>{titleOf(node)}</b>
      {node.pid !== undefined && node.pid !== titleOf(node) && <code>{node.pid}</code>}
      {node.behavior !== undefined && node.behavior !== titleOf(node) && (
        <span class="soft">{node.behavior}</span>
      )}
      {node.strategy !== undefined && <span class="tag">{node.strategy}</span>}
      {node.children.length > 0 && isClosed && (
        <span class="tag">{`${node.children.length} below`}</span>
      )}
      {node.more !== undefined && <span class="tag">{`${node.more} more not shown`}</span>}
      {node.restarts > 0 && <span class="tag tag-warn">{`restarted ${node.restarts}×`}</span>}
      {node.status !== 'running' && <Status of={node.status} />}
    </span>
  );
}

interface NodeProps {
  readonly node: TreeView;
  readonly isClosed: boolean;
  readonly isFlashing: boolean;
}

interface TreeItemProps {
  readonly row: TreeRow;
  readonly attributes: RowAttributes;
  readonly toggle: (row: TreeRow) => void;
  /** It flashes, and anew with another text. */
  readonly flash: string | undefined;
}
