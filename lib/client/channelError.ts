import type { WireError } from '../protocol/index.js';

/**
 * Why a request or a subscription has failed, as the server says it (CP8) or, of `disconnected`, `closed`, `timeout`,
 * `overloaded` and `outcome_unknown`, the client.
 *
 * @example room.request(say, data).subscribe({ error: ({ code, retry }: ChannelError) => … })
 */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly code: string;
  /** Whether it may succeed later, unchanged; nothing but a subscription is tried again by itself. */
  readonly retry: boolean;
  /** Milliseconds until then, if the server says so. */
  readonly after: number | undefined;
  /** Of `invalid_data`: what does not fit, and where. */
  readonly details: unknown;

  constructor({ code, message, retry, after, details }: Partial<WireError> = {}) {
    super(message);
    this.code = code ?? 'failed';
    this.retry = retry ?? false;
    this.after = after;
    this.details = details;
  }
}

/** An error of the client's own. */
export const failure = (code: string, message: string, retry = false): ChannelError =>
  new ChannelError({ code, message, retry });
