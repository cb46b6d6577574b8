/**
 * The relay for Express: handlers that answer an upgrade request with a process.
 *
 * @module
 */
export { RELAY_HEADER, type RelayFields } from '../codec/index.js';
export {
  type ChannelInfo,
  type ClientMessage,
  type Close,
  type CloseCode,
  type Control,
  closeCode,
  closeCodes,
  type GivenMetadata,
  type Heartbeat,
  type Info,
  type Join,
  json,
  type Leave,
  type Metadata,
  type Outcome,
  type Overflow,
  type PacedOptions,
  paced,
  parseJson,
  type RelayBehavior,
  readRetry,
  type Send,
  type Sent,
  type Stats,
  type Ws,
  withRetry,
  ws,
  wsOf,
} from '../protocol/index.js';
export {
  ConnectionError,
  type ConnectionEvent,
  type ConnectionInfo,
  type DrainOptions,
  type DrainProgress,
  type RelayStats,
} from '../relay/index.js';
export type { Relay, RelayTarget } from '../upgrade/index.js';
export { type AcceptOptions, acceptUpgrades } from './acceptUpgrades.js';
export { type AdminOptions, type AdminSource, adminRoutes } from './adminRoutes.js';
export { clientFiles } from './clientFiles.js';
export { type EventRoutesOptions, eventRoutes } from './eventRoutes.js';
export { setRelay } from './setRelay.js';
export { type RelayOptions, websocketRelay } from './websocketRelay.js';
export { type RoutesOptions, websocketRoutes } from './websocketRoutes.js';
