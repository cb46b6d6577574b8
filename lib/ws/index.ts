/**
 * The wire: the relay's Socket port over the `ws` library, at both ends of a connection.
 *
 * Begin with `wireSocket.ts`, which is the port, and `outgoing.ts`, its way out. As a server: `upgradeServer.ts` turns
 * a socket whose upgrade request was accepted into a `relayWebSocket.ts`, `serverSocket.ts` is its port, and `outbox.ts`
 * does what all sockets of a relay share; `eventSocket.ts` is the same port over an answer of HTTP. As a client:
 * `openSocket.ts` connects, `clientSocket.ts` is the port, `dial.ts` makes a process of it, `connect.ts` an object.
 *
 * @module
 */
export { type CloseCode, closeCode, closeCodes, readRetry, withRetry } from '../protocol/index.js';
export type { Fate, Receipts, SendOptions, Socket, SocketEvent, Valve } from '../relay/index.js';
export { type ConnectOptions, connect } from './connect.js';
export { type DialOptions, dial } from './dial.js';
export { DialError } from './dialError.js';
export { EventSocket } from './eventSocket.js';

export type { IntakeOptions } from './intakeOptions.js';
export {
  BINARY,
  CLOSE_CODES,
  type OutboundClosed,
  type OutboundConnection,
  type OutboundMessage,
  TEXT,
  TYPE_BINARY,
  TYPE_TEXT,
} from './outboundConnection.js';
export { COMPRESSION, type Compression, type OutboundOptions } from './outboundOptions.js';
export { Outbox, type OutboxOptions } from './outbox.js';
export { RelayWebSocket } from './relayWebSocket.js';
export {
  type HandshakeResponse,
  UpgradeServer,
  type UpgradeServerOptions,
} from './upgradeServer.js';
