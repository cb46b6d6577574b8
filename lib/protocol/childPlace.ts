import type { Pid } from '../core/index.js';

/** A child by its place in a supervision tree, which stays the same when the child is started again. */
export interface ChildPlace {
  /** The PID or a name of its supervisor. */
  readonly supervisor: Pid | string;
  /** Its id there. */
  readonly id: string;
}
