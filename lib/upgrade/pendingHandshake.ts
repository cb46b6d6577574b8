import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Counted } from './firstCheck.js';
import type { Refusal } from './refusal.js';

/** A handshake that is with its handler. */
export interface PendingHandshake extends Counted {
  /** Answers on the socket itself and closes it; whatever the handler still says is lost. */
  refuse(refusal: Refusal): void;
}

/** A handshake that can be handed over. */
export type Handshake = UpgradeHandshake | StreamHandshake;

interface UpgradeHandshake extends PendingHandshake {
  /** `release` gives back what has come from the client meanwhile. */
  readonly pending: { readonly socket: Socket; release(): Buffer };
}

/** A plain request, which an event stream is the answer to (SE1). */
interface StreamHandshake extends PendingHandshake {
  /** Its head is not out. */
  readonly response: ServerResponse;
}
