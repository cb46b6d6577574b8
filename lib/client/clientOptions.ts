import type { SchedulerLike } from 'rxjs';
import type { Ended } from './clientState.js';
import type { TokenProvider } from './tokensOf.js';

/** Options of `connectChannels`, all of them optional. Times are milliseconds. */
export interface ClientOptions {
  /**
   * Gives a token: before the first dial, after 4401 or HTTP 401, and before the connection's time is over (CC9). It goes
   * to the `connect` hook of the server. Without a value, or where it throws what has `retry: false`, the client is
   * closed with 4401; where it throws anything else, it is asked again later.
   */
  readonly token?: TokenProvider;
  /** Dials at the first subscription or request, not at once; default `false` (CC1). */
  readonly lazy?: boolean;
  /** How long a request takes at most, its wait for the connection included; default 5,000 (CC6). */
  readonly timeout?: number;
  /** How long a channel without subscribers is kept; default 250 (CC2). */
  readonly leaveDelay?: number;
  /** How long it waits before it dials anew (CC7). */
  readonly backoff?: Backoff;
  /** Decides instead of the close code and the server's hint; `undefined`: it does not. */
  readonly shouldReconnect?: (
    end: Ended,
  ) => { readonly retry: boolean; readonly after?: number } | undefined;
  /** Asks by `fetch` why the second dial in a row has failed; default `true` (CC8). */
  readonly diagnose?: boolean;
  /** Closes the connection of a page that is hidden for so long; default never (CC10). */
  readonly closeWhenHidden?: number;
  /** The class to connect with, `WebSocket` of `ws` on Node 20 say; default the global one (CC13). */
  readonly WebSocket?: unknown;
  /** The clock; default the machine's (CC13). */
  readonly scheduler?: SchedulerLike;
  /** From 0 to below 1; default `Math.random` (CC13). */
  readonly random?: () => number;
}

/** Waits are random, up to `min(cap, base * 2 ** attempt)`, so that many clients do not come back at once. */
export interface Backoff {
  /** Default 500 ms. */
  readonly base?: number;
  /** Default 20,000 ms. */
  readonly cap?: number;
  /** A connection that has held for so long ends the counting of attempts; default 5,000 ms. */
  readonly stable?: number;
  /** Dials after the first one that may fail in a row, then the client is closed; default unlimited. */
  readonly attempts?: number;
}
