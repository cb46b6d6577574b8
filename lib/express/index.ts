/** The relay for Express: handlers that answer an upgrade request with a process. */
export { type Metadata, RELAY_HEADER, type RelayFields } from '../codec/index.js';
export {
  type ClientMessage,
  type Close,
  ConnectionError,
  type ConnectionEvent,
  type Control,
  type Heartbeat,
  type Join,
  type Leave,
  type Send,
  ws,
} from '../relay/index.js';
export { type AcceptOptions, acceptUpgrades } from './acceptUpgrades.js';
export type { WebsocketRelayOptions } from './options.js';
export { type RelayTarget, setRelay } from './setRelay.js';
export { type Relay, websocketRelay } from './websocketRelay.js';
