import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { type Server, type ServerOptions, WebSocketServer } from 'ws';
import { countOption } from '../core/index.js';
import { RelayWebSocket } from './relayWebSocket.js';

/** Makes WebSockets of sockets whose upgrade request was answered with a relay, by the `ws` library. */
export class UpgradeServer {
  readonly #server: Server<typeof RelayWebSocket>;
  /** What is added to the 101 of the `handleUpgrade` that is running, whose events are shared by all. */
  #response: HandshakeResponse | undefined;

  constructor({ maxPayload, closeTimeout }: UpgradeServerOptions) {
    const options: ServerOptions<typeof RelayWebSocket> & Unknown = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: countOption('maxPayload', maxPayload, { max: MAX_PAYLOAD }),
      ...FLOOD,
      closeTimeout,
      WebSocket: RelayWebSocket,
      handleProtocols: (offered) => this.#protocol(offered),
    };
    this.#server = new WebSocketServer(options);
    this.#server.on('headers', (lines) => {
      for (const line of this.#response?.headers ?? []) {
        if (!NOT_FORWARDED.test(line)) lines.push(line);
      }
    });
  }

  /**
   * Sends the 101 and calls back with the open WebSocket, within this call; never throws. A client
   * that is gone, or whose handshake `ws` refuses, is answered or dropped without a call.
   *
   * @param head bytes that came after the request
   */
  accept(
    request: IncomingMessage,
    socket: NetSocket,
    head: Buffer,
    response: HandshakeResponse,
    onOpen: (webSocket: RelayWebSocket) => void,
  ): void {
    this.#response = response;
    try {
      this.#server.handleUpgrade(onlyWebSocket(request), socket, head, onOpen);
    } catch {
      // Half a handshake can be neither finished nor refused.
      socket.destroy();
    }
    this.#response = undefined;
  }

  #protocol(offered: Set<string>): string | false {
    const chosen = this.#response?.protocol;
    return chosen !== undefined && offered.has(chosen) ? chosen : false;
  }
}

/** What the application adds to the 101 of a handshake. */
export interface HandshakeResponse {
  /** Header lines of the handler's response (H10). */
  readonly headers: readonly string[];
  /** The subprotocol that the handler chose; used only if the client offered it. */
  readonly protocol: string | undefined;
}

/** Options of an `UpgradeServer`. */
export interface UpgradeServerOptions {
  /** The largest message that a client may send, in bytes; more closes with 1009 (Q2). */
  readonly maxPayload: number;
  /** How long a socket may stay open after the client's close frame, in milliseconds (Z3). */
  readonly closeTimeout: number;
}

/** `ws` keeps 32 bits of it. */
const MAX_PAYLOAD = 2 ** 31 - 1;

/**
 * What one client may have `ws` keep beside the bytes of its message, set here because the defaults of
 * `ws` change: fragments of a message, pieces of TCP (both end with 1008), and pongs that it does not
 * read, by which it is cut off.
 */
const FLOOD = {
  maxFragments: 16_384,
  maxBufferedChunks: 65_536,
  maxPendingAutoPongs: 60,
} as const;

/** Options that the types of `ws` do not know yet. */
type Unknown = { readonly closeTimeout: number } & typeof FLOOD;

/** What a 101 has of its own, and what belongs to a body that is not sent (H10). */
const NOT_FORWARDED = /^(?:content-|transfer-encoding:|connection:|upgrade:|sec-websocket-)/i;

/** `ws` knows no list of protocols to upgrade to, which a client may send (RFC 9110 §7.8). */
function onlyWebSocket(request: IncomingMessage): IncomingMessage {
  if (request.headers.upgrade?.toLowerCase() === 'websocket') return request;
  const headers = { ...request.headers, upgrade: 'websocket' };
  return Object.create(request, { headers: { value: headers } });
}
