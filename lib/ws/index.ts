/** The wire: the relay's Socket port over the `ws` library. */
export { Outbox, type OutboxOptions } from './outbox.js';
export { type Handshake, UpgradeServer, type UpgradeServerOptions } from './server.js';
export { RelayWebSocket } from './serverSocket.js';
