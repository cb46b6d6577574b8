/** The wire: the relay's Socket port over the `ws` library. */
export { Outbox, type OutboxOptions } from './outbox.js';
export { RelayWebSocket } from './relayWebSocket.js';
export { type Handshake, UpgradeServer, type UpgradeServerOptions } from './server.js';
