import type { IncomingMessage } from 'node:http';
import type { Own } from './originPolicy.js';
import type { Refusal } from './refusal.js';
import type { OriginAdvice } from './relayWarnings.js';

/** What differs from one way in to another. */
export interface Door {
  /** The function that the application has called, for texts. */
  readonly name: string;
  readonly originAdvice: OriginAdvice;
  /** What is wrong with a request itself; default: with a WebSocket handshake (H2 row 2). */
  readonly problem?: (request: IncomingMessage) => Refusal | undefined;
  /** Whose page it comes from, `undefined` for none; default: as its `Origin` says. */
  readonly originOf?: (request: IncomingMessage, own: Own) => string | undefined;
}
