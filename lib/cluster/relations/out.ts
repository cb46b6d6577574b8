import type { Entry } from '../wire/entry.js';

/** The way of entries to one other node. Within a session all arrive, once and in this order (D11). */
export interface Out {
  /** Whether `send` would refuse whatever is not exempt (D16). */
  readonly isFull: boolean;
  /**
   * Encodes an entry now, in the call of who sends it, and lets it follow all that was sent before (D20); `false` if the
   * link has no room for it, which an `exempt` one does not need (D16).
   *
   * @throws ProcessError `Invalid` for what cannot cross, with its path (D23).
   */
  send(entry: Entry, exempt: boolean): boolean;
  /** The same within a turn of the run queue, behind all that the queue has delivered. It is never refused. */
  post(entry: Entry): void;
}
