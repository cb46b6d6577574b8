/**
 * Names and payload types that travel between a connection and the processes that talk to it: once, for
 * the relay, the codec and clients alike. Begin with `topics.ts`; `reserved.ts` says which of them are
 * special, `metadata.ts` what comes with every message.
 */
export type { Metadata } from './metadata.js';
export { LIFECYCLE_TOPICS, RESERVED_TOPICS } from './reservedTopics.js';
export {
  type ClientMessage,
  type Close,
  type Control,
  type Heartbeat,
  type Join,
  type Leave,
  type Send,
  ws,
} from './ws.js';
