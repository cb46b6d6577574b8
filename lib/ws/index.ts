/** The wire: the relay's Socket port over the `ws` library. */
export type { Socket, SocketEvent, Valve } from '../relay/index.js';
export { Outbox, type OutboxOptions } from './outbox.js';
export { RelayWebSocket } from './relayWebSocket.js';
export {
  type HandshakeResponse,
  UpgradeServer,
  type UpgradeServerOptions,
} from './upgradeServer.js';
