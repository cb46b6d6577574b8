import type { Duration } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';

/** A client may join, and how. */
export interface Joining {
  /** In the reply of the subscribe, so that what it holds and what follows fit together (B24). */
  readonly state?: unknown;
  /** How long the membership lasts; then the client has to ask again (B32). Default: for ever. */
  readonly expiresIn?: Duration;
  /** Which messages this member gets; default: all (B21). */
  readonly filter?: (message: Published) => boolean;
  /** What this member gets in place of a message; undefined: nothing (B21). */
  readonly transform?: (message: Published) => WireMessage | undefined;
}

/** A message that was sent to a channel. */
export interface Published extends WireMessage {
  readonly channel: string;
}
