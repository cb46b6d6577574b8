import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { type Server, type ServerOptions, WebSocketServer } from 'ws';
import { countOption } from '../core/index.js';
import { RelayWebSocket } from './relayWebSocket.js';

/** Turns a socket whose upgrade request was accepted into a WebSocket, by the `ws` library. */
export class UpgradeServer {
  readonly #server: Server<typeof RelayWebSocket>;
  /** What is added to the 101 of the `handleUpgrade` that is running, whose events are shared by all. */
  #response: HandshakeResponse | undefined;

  constructor({ maxPayload, maxFragments, closeTimeout }: UpgradeServerOptions) {
    const options: ServerOptions<typeof RelayWebSocket> & Unknown = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: countOption('maxPayload', maxPayload, { max: MAX_PAYLOAD }),
      maxFragments: countOption('maxFragments', maxFragments ?? fragmentsOf(maxPayload), {
        max: MAX_PAYLOAD,
      }),
      // Never reached, because pieces are joined long before (compact.ts); the default of `ws` may change.
      maxBufferedChunks: 65_536,
      // `ServerSocket` answers.
      autoPong: false,
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
   * Sends the 101 and calls `onOpen` with the open WebSocket, within this call; never throws. If the
   * client has left, or `ws` refuses the handshake, `onOpen` is not called and the socket is closed.
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
      // A handshake that is half done can be neither finished nor refused.
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
  /** Fragments of one message; default one a KiB of `maxPayload`, at least 1,024; more: 1008 (Q8). */
  readonly maxFragments?: number | undefined;
  /** How long a socket may stay open after the client's close frame, in milliseconds (Z3). */
  readonly closeTimeout: number;
}

/** The largest count, because `ws` keeps only 32 bits of one. */
const MAX_PAYLOAD = 2 ** 31 - 1;

/** Browsers and streams send pieces of many KiB; whoever sends less a piece is out for the work (Q8). */
export const fragmentsOf = (maxPayload: number): number =>
  Math.max(1_024, Math.ceil(maxPayload / 1_024));

/** Options that the types of `ws` do not know yet. */
interface Unknown {
  readonly closeTimeout: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
}

/** Headers that a 101 has of its own, and headers of a body, because a 101 has no body (H10). */
const NOT_FORWARDED = /^(?:content-|transfer-encoding:|connection:|upgrade:|sec-websocket-)/i;

/** The request without a list of protocols, which `ws` refuses, though it is allowed (RFC 9110 §7.8). */
function onlyWebSocket(request: IncomingMessage): IncomingMessage {
  if (request.headers.upgrade?.toLowerCase() === 'websocket') return request;
  const headers = { ...request.headers, upgrade: 'websocket' };
  return Object.create(request, { headers: { value: headers } });
}
