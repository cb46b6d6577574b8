/** The relay for Express: handlers that answer an upgrade request with a process. */
export { RELAY_HEADER, type RelayFields } from '../codec/index.js';
export {
  type ClientMessage,
  type Close,
  type Control,
  type GivenMetadata,
  type Heartbeat,
  type Join,
  type Leave,
  type Metadata,
  type Send,
  ws,
} from '../protocol/index.js';
export { ConnectionError, type ConnectionEvent, type ConnectionInfo } from '../relay/index.js';
export { type AcceptOptions, acceptUpgrades } from './acceptUpgrades.js';
export type { WebsocketRelayOptions } from './readOptions.js';
export { type RelayTarget, setRelay } from './setRelay.js';
export { type Relay, websocketRelay } from './websocketRelay.js';
