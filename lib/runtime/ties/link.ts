import type { Pid } from '../../core/index.js';
import type { Receiver, RunQueue } from '../queue/runQueue.js';

/**
 * The identity of one link; each end keeps it under the other end (K1). If a link was given up and made
 * again, a signal about the former one has the former identity, and therefore no effect (K3).
 */
export interface Link {
  readonly type: 'link';
}

/** The other end of a link to a process that does not exist (K2). */
export class Nobody implements Receiver {
  constructor(readonly pid: Pid) {}

  receive(): void {}
}

/** A process as one end of its links. */
export interface Linked extends Receiver {
  readonly pid: Pid;
  readonly queue: RunQueue;
  readonly links: Map<Peer, Link>;
  /** Whether the process gets LINK_DOWN instead of ending (K4). */
  readonly trapLinks: boolean;
  readonly ended: boolean;
}

/** The other end of a link. */
export type Peer = Linked | Nobody;
