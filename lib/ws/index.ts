/**
 * The wire: the relay's Socket port over the `ws` library.
 *
 * Begin with `serverSocket.ts`, which is the port, and `outgoing.ts`, its way out; `upgradeServer.ts` turns
 * a socket whose upgrade request was accepted into a `relayWebSocket.ts`, and `outbox.ts` does what all
 * sockets of a relay share. `eventSocket.ts` is the same port over an answer of HTTP.
 */
export { type CloseCode, closeCode, closeCodes, readRetry, withRetry } from '../protocol/index.js';
export type { Fate, Receipts, SendOptions, Socket, SocketEvent, Valve } from '../relay/index.js';
export { EventSocket } from './eventSocket.js';
export type { IntakeOptions } from './intakeOptions.js';
export { Outbox, type OutboxOptions } from './outbox.js';
export { RelayWebSocket } from './relayWebSocket.js';
export {
  type HandshakeResponse,
  UpgradeServer,
  type UpgradeServerOptions,
} from './upgradeServer.js';
