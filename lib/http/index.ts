/**
 * The relay without Express: a function on any server of Node answers upgrade requests with a process.
 * Begin with `relayUpgrades.ts`; `handshake.ts` is one request with its handler, `readAnswer.ts` reads what the
 * handler has answered.
 *
 * @module
 */
export type { RelayFields } from '../codec/index.js';
export {
  type ClientMessage,
  type Close,
  type CloseCode,
  type Control,
  closeCode,
  closeCodes,
  type GivenMetadata,
  type Heartbeat,
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
export type { Relay, RelayOptions, RelayTarget } from '../upgrade/index.js';
export type { HttpAnswer, HttpHeaders, UpgradeAnswer, UpgradeHandler } from './readAnswer.js';
export { relayTo } from './relayTo.js';
export { type RelayUpgradesOptions, relayUpgrades, type UpgradeRelay } from './relayUpgrades.js';
