import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RelayConfig } from '../codec/index.js';
import type { Behavior, Pid } from '../core/index.js';
import type { Refusal } from './refusal.js';

/** What a `websocketRelay` leaves on the requests that pass it. */
export interface Mount {
  readonly hub: Gatekeeper;
  /** Milliseconds until a handler must have ended its response; 0: no limit. */
  readonly handshakeTimeout: number;
  /** The upgrades whose handlers take their time. */
  readonly pending: Set<PendingHandshake>;
  /** Row 12, synchronously. */
  open(handover: Handover, config: RelayConfig, owned: Behavior | undefined): void;
  /** A handler has answered an upgrade with this status, a 2xx, and no relay (row 4a). */
  warnNotSet(request: IncomingMessage, status: number): void;
}

/** What the gate asks of the relay's hub. */
export interface Gatekeeper {
  /** Shutdown has begun (H2 row 1). */
  readonly draining: boolean;
  /** The connection limit is reached (H2 rows 3b and 12). */
  readonly full: boolean;
  /** Whether a target can be joined (H2 row 9). */
  alive(target: Pid): boolean;
  /** Whether a target has too much to do for one more client (H2 row 9b). */
  refuses(target: Pid): boolean;
  warn(code: string, message: string): void;
}

/** An upgrade request whose answer is out: everything its 101 needs. */
export interface Handover {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What the client sent after its request. */
  readonly head: Buffer;
  /** The handler's headers, as lines for the 101 (H10). */
  readonly headers: readonly string[];
  /** The subprotocol that the handler chose, if it did. */
  readonly protocol: string | undefined;
}

/** An upgrade request on its way through the application, as the relay's middleware sees it. */
export interface PendingHandshake {
  /** The relay that it has passed, the last one if several. */
  readonly mounted: Mount | undefined;
  mount(mount: Mount): void;
  /** Answers on the socket itself and closes it; whatever the handler still says is lost. */
  refuse(refusal: Refusal): void;
}

const plain = new WeakMap<ServerResponse, Mount>();

/** The relay that a plain request has passed. */
export const mountOf = (response: ServerResponse): Mount | undefined => plain.get(response);

/** Remembers that a plain request has passed a relay. */
export function setMount(response: ServerResponse, mount: Mount): void {
  plain.set(response, mount);
}
