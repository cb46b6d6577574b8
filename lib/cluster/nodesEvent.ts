import { parseNodeId } from './membership/incarnate.js';
import type { DownReason } from './membership/state.js';

/** What `cluster.nodes$` emits: those that are up, then each change. */
export type NodesEvent =
  | { readonly kind: 'nodes'; readonly nodes: readonly ClusterNode[] }
  | { readonly kind: 'node.up'; readonly node: ClusterNode }
  | { readonly kind: 'node.down'; readonly node: ClusterNode; readonly reason: DownReason };

/** A node, as its users see it. */
export interface ClusterNode {
  /** As given to `incarnate`. */
  readonly name: string;
  /** With its incarnation, as it stands in its PIDs. */
  readonly id: string;
  /** What it has said of itself by `joinCluster({ meta })`. */
  readonly meta: unknown;
}

/** A node with an id that has said this of itself. */
export const clusterNode = (id: string, meta: unknown): ClusterNode => ({
  name: parseNodeId(id)?.name ?? id,
  id,
  meta,
});
