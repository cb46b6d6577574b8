import type { Kernel } from '../runtime/index.js';
import type { NodeView } from './membership/membership.js';
import type { Peers } from './peers.js';
import type { SharedParts } from './sharedParts.js';

/** What `cluster.stats()` gives: a snapshot, made when asked (D67). */
export interface ClusterStats {
  /** How often NATS was reached again. */
  readonly reconnects: number;
  /** `@` names that this node knows: its own, and those of others. */
  readonly names: { readonly own: number; readonly others: number };
  /** Groups of all scopes that somebody is in, watches or keeps here, or is in elsewhere. */
  readonly groups: number;
  readonly peers: readonly PeerStats[];
}

/** One other node, and the link to it since that was made. */
export interface PeerStats extends NodeView {
  /** Milliseconds from a frame to its acknowledgement, smoothed; it includes the other node's delay. */
  readonly roundTrip: number | undefined;
  readonly entriesIn: number;
  readonly entriesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** What is queued or on its way. */
  readonly unacknowledged: { readonly entries: number; readonly bytes: number };
  /** Frames that were sent again. */
  readonly again: number;
  /** How often something was missing. */
  readonly gaps: number;
  readonly sessions: number;
  /** What processes of this node have with processes there. */
  readonly monitors: number;
  readonly links: number;
  readonly calls: number;
}

/** Reads the figures of a node. */
export function clusterStats(sources: StatsSources): ClusterStats {
  const { kernel, peers, parts } = sources;
  const { own, told } = parts.names.directory;
  const groups = [...kernel.groups.scopes].map((scope) => scope.groups.size);
  return {
    reconnects: Math.max(0, peers.reconnects),
    names: { own: own.all().length, others: told.size },
    groups: groups.reduce((sum, size) => sum + size, 0),
    peers: sources.views().flatMap((view) => {
      const peer = peers.find(view.id);
      const stats = peer?.stats();
      if (peer === undefined || stats === undefined) return [];
      const { monitors, links, calls } = peer.relations.counts();
      return [{ ...view, ...stats, monitors, links, calls }];
    }),
  };
}

interface StatsSources {
  readonly kernel: Kernel;
  readonly peers: Peers;
  readonly parts: SharedParts;
  views(): readonly NodeView[];
}
