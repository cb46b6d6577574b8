import type { Pid } from '../../core/index.js';
import type { Receiver, RunQueue } from '../queue/runQueue.js';

/**
 * The identity of one link, held by both ends under each other (K1). A signal about a link that has
 * since been given up and made anew carries the old identity and has no effect (K3).
 */
export interface Link {
  readonly type: 'link';
}

/** Stands for nobody: the other end of a link that is down from the start (K2). */
export class Nobody implements Receiver {
  constructor(readonly pid: Pid) {}

  receive(): void {}
}

/** A process as one end of its links. */
export interface Linked extends Receiver {
  readonly pid: Pid;
  readonly queue: RunQueue;
  readonly links: Map<Peer, Link>;
  /** Whether LINK_DOWN arrives instead of death (K4). */
  readonly trapLinks: boolean;
  readonly ended: boolean;
}

/** The other end of a link. */
export type Peer = Linked | Nobody;
