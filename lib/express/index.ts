/** The relay for Express: handlers that answer an upgrade request with a process. */
export { RELAY_HEADER, type RelayFields } from '../codec/index.js';
export { ws } from '../relay/index.js';
export { type AcceptOptions, acceptUpgrades } from './acceptUpgrades.js';
export type { WebsocketRelayOptions } from './options.js';
export { type RelayTarget, setRelay } from './setRelay.js';
export { type Relay, websocketRelay } from './websocketRelay.js';
