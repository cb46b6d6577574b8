/**
 * Where a client stands: a union, of which `state$` has one at a time.
 *
 * - `idle`: it has not dialled yet (`lazy`)
 * - `connecting`: it dials, or waits for its token or for the server's hello
 * - `open`: it is connected, and `resumed` says whether the server knew its session (CP22)
 * - `waiting`: it has lost its connection and dials at `retryAt`, milliseconds of its clock
 * - `closed`: by `close()`, or for good, as `ended` says; all streams are complete
 *
 * `attempt` counts the dials since the last connection that has held for 5 s, from 0.
 */
export type ClientState =
  | { readonly status: 'idle' }
  | { readonly status: 'connecting'; readonly attempt: number }
  | {
      readonly status: 'open';
      /** The public id of the connection: `manager.pidOf(id)` on the server. */
      readonly id: string;
      readonly resumed: boolean;
      readonly attempt: number;
    }
  | {
      readonly status: 'waiting';
      readonly attempt: number;
      readonly retryAt: number;
      readonly ended: Ended;
    }
  | { readonly status: 'closed'; readonly ended: Ended };

/** How a connection or a dial has ended. */
export interface Ended {
  /** A close code: 1006 where there was none, 4408 where the client gave up, 4401 and 4403 also after HTTP statuses. */
  readonly code: number;
  readonly reason: string;
  /** Whether there was a connection; `false`: the handshake has failed. */
  readonly opened: boolean;
  readonly attempt: number;
}
