import type { RunQueue } from '../queue/runQueue.js';
import type { Tracer } from '../telemetry/tracer.js';
import type { Notice } from './notice.js';

/** Whose stream it is: an error in a direct subscription ends this process, never Node (S8). */
export interface Owner {
  crash(error: unknown): void;
}

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
