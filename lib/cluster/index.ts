/**
 * Processes on several nodes, over NATS: `joinCluster` makes a system one node of a cluster, and its PIDs
 * valid on all of them.
 *
 * Its rooms, each importing only those before it: `wire` (values, entries and frames as bytes), `transport` (the
 * port to NATS and its adapter), `link` (what two nodes have between them: exactly once and in order, or down),
 * `membership` (who is up, by beats that the observer counts), `relations` (what processes of two nodes are to each
 * other), `groups` (process groups of all nodes), `names` (names of the cluster, and spawning elsewhere). Nothing of it
 * is loaded without `joinCluster` (D72).
 *
 * @module
 */

export type { Cluster } from './cluster.js';
export type { ClusterOptions, Propagate } from './clusterOptions.js';
export type { ClusterStats, PeerStats } from './clusterStats.js';
export { joinCluster } from './joinCluster.js';
export { incarnate, type NodeIdParts, parseNodeId } from './membership/incarnate.js';
export type { ClusterStatus, DownReason } from './membership/state.js';
export type { ClaimOptions, ClusterNames, NameOwner } from './names/clusterNames.js';
export type { SpawnFromOptions, SpawnThereOptions } from './names/spawnThereOptions.js';
export type { ClusterNode, NodesEvent } from './nodesEvent.js';
export type { NatsTransportOptions } from './transport/natsTransportOptions.js';
export type {
  Delivery,
  Registered,
  Registry,
  Transport,
  TransportFactory,
  TransportPlace,
  TransportState,
} from './transport/transport.js';
export { RemoteError } from './wire/remoteError.js';
