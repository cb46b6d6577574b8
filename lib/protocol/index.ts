/**
 * Topics and payload types of the messages between a connection and the processes that talk to it, and what
 * channels say on the wire. They are written down once, here, for the relay, the codec and clients.
 *
 * Begin with `ws.ts`, which has every topic with its payload; `reservedTopics.ts` says which topics are
 * treated specially, and `metadata.ts` is what the relay adds to each message. `closeCodes.ts` is how a
 * connection ends, and `withRetry.ts` when a client comes back. Of channels `wireMessage.ts` is a message,
 * `agree.ts` the choice of a dialect, and `channelErrors.ts` why a request may fail. `admin.ts` is what a server tells of itself.
 */

export { ADMIN, type ChannelInfo, FEATURES, type Info, MAX_CHANNELS, type Stats } from './admin.js';
export { type Agreement, agree, type Dialect, MAX_TOKEN, UNSUPPORTED, V1 } from './agree.js';
export { channelErrors, type ErrorCode, mayRetry } from './channelErrors.js';
export type { ChildPlace } from './childPlace.js';
export { type CloseCode, closeCode, closeCodes } from './closeCodes.js';
export { ConnectionError } from './connectionError.js';
export { cutReason } from './cutReason.js';
export { type EventType, event, eventName, isEventType } from './eventType.js';
export { json, parseJson } from './json.js';
export type { GivenMetadata, Metadata } from './metadata.js';
export { type PacedOptions, paced } from './paced.js';
export type { RelayBehavior } from './relayBehavior.js';
export { LIFECYCLE_TOPICS, RESERVED_TOPICS } from './reservedTopics.js';
export { type Checked, check, type Issue, type Schema } from './schema.js';
export {
  type EventPayload,
  type ExtensionKeys,
  MESSAGE_TYPES,
  type MessageType,
  RESERVED_EVENTS,
  type RequestId,
  type WireError,
  type WireMessage,
} from './wireMessage.js';
export { readRetry, withRetry } from './withRetry.js';
export {
  type ClientMessage,
  type Close,
  type Control,
  type Heartbeat,
  type Join,
  type Leave,
  type Outcome,
  type Overflow,
  type Send,
  type Sent,
  type Ws,
  ws,
  wsOf,
} from './ws.js';
