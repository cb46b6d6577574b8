import type { Notice } from './notice.js';
import type { RunQueue } from './runQueue.js';
import type { Owner } from './stream.js';
import type { Tracer } from './tracer.js';

/** The process that an outlet is of. */
export interface OutletOwner extends Owner {
  readonly queue: RunQueue;
  /** Who is told what its readers take, if anybody. */
  readonly tracer: Tracer | undefined;
}

/** Learns what an outlet keeps waiting, and what has left it for a reader. */
export interface Meter<T> {
  kept(entry: T | Notice): void;
  taken(entry: T): void;
}

/** Whether one entry belongs before another. */
export type Ahead = (entry: object, other: object) => boolean;
