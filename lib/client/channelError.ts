import type { WireError } from '../protocol/index.js';

/**
 * Why a request or a subscription has failed, as the server says it (CP8). Of the client itself are `disconnected` (the
 * connection has ended, and it may have been performed), `outcome_unknown` (the same, after a reconnect), `timeout`,
 * `closed`, `overloaded` (100 requests wait), `bad_request` (too big) and `invalid` (wrong use, thrown by the call).
 *
 * @example room.request(say, data).subscribe({ error: ({ code, retry }: ChannelError) => … })
 */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  declare readonly code: string;
  /** Whether it may succeed later, unchanged; nothing but a subscription is tried again by itself. */
  declare readonly retry: boolean;
  /** Milliseconds until then, if the server says so. */
  declare readonly after?: number;
  /** Of `invalid_data`: what does not fit, and where. */
  declare readonly details?: unknown;

  constructor(error: WireError) {
    super(error.message);
    Object.assign(this, error);
  }
}

/** An error of the client's own. */
export const failure = (code: string, message = code, retry = false): ChannelError =>
  new ChannelError({ code, message, retry });
