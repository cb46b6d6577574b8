import type { Socket } from 'node:net';
import type { Counted } from './firstCheck.js';
import type { Refusal } from './refusal.js';

/** A handshake that is with its handler. */
export interface PendingHandshake extends Counted {
  /** Answers on the socket itself and closes it; whatever the handler still says is lost. */
  refuse(refusal: Refusal): void;
}

/** A handshake that can be handed over. */
export interface Handshake extends PendingHandshake {
  /** `release` gives back what has come from the client meanwhile. */
  readonly pending: { readonly socket: Socket; release(): Buffer };
}
