import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { type Server, WebSocketServer } from 'ws';
import { RelayWebSocket } from './serverSocket.js';

/** What the application adds to a 101. */
export interface Handshake {
  /** Header lines of the handler's response (H10). */
  readonly headers: readonly string[];
  /** The subprotocol that the handler chose; used only if the client offered it. */
  readonly protocol: string | undefined;
}

/** Options of an `UpgradeServer`. */
export interface UpgradeServerOptions {
  /** The largest message that a client may send, in bytes; more closes with 1009 (Q2). */
  readonly maxPayload: number;
}

/** What a 101 has of its own, and what belongs to a body that is not sent (H10). */
const NOT_FORWARDED = /^(?:content-|transfer-encoding:|connection:|upgrade:|sec-websocket-)/i;

/** Makes WebSockets of sockets whose upgrade request was answered with a relay, by the `ws` library. */
export class UpgradeServer {
  readonly #server: Server<typeof RelayWebSocket>;
  /** By request, because the server's events are shared by all of them. */
  readonly #handshakes = new WeakMap<IncomingMessage, Handshake>();

  constructor({ maxPayload }: UpgradeServerOptions) {
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload,
      WebSocket: RelayWebSocket,
      handleProtocols: (offered, request) => this.#protocol(offered, request),
    });
    this.#server.on('headers', (lines, request) => {
      const { headers = [] } = this.#handshakes.get(request) ?? {};
      lines.push(...headers.filter((line) => !NOT_FORWARDED.test(line)));
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
    handshake: Handshake,
    onOpen: (webSocket: RelayWebSocket) => void,
  ): void {
    const asked = onlyWebSocket(request);
    this.#handshakes.set(asked, handshake);
    try {
      this.#server.handleUpgrade(asked, socket, head, onOpen);
    } catch {
      // Half a handshake can be neither finished nor refused.
      socket.destroy();
    }
  }

  #protocol(offered: Set<string>, request: IncomingMessage): string | false {
    const chosen = this.#handshakes.get(request)?.protocol;
    return chosen !== undefined && offered.has(chosen) ? chosen : false;
  }
}

/** `ws` knows no list of protocols to upgrade to, which a client may send (RFC 9110 §7.8). */
function onlyWebSocket(request: IncomingMessage): IncomingMessage {
  if (request.headers.upgrade?.toLowerCase() === 'websocket') return request;
  const headers = { ...request.headers, upgrade: 'websocket' };
  return Object.create(request, { headers: { value: headers } });
}
