/** Wire ↔ values. Pure; the only place that knows io-ts and fp-ts. */

export { duration } from './fields/duration.js';
export type { CodecError } from './fields/fields.js';
export { NO_METADATA } from './fields/metadata.js';
export { type CloseFrame, cutReason, isCloseCode, readClose } from './relay/close.js';
export { type ControlChange, decodeControl } from './relay/control.js';
export {
  DEFAULT_MESSAGE_TOPIC,
  decodeRelayHeader,
  encodeRelayHeader,
  RELAY_HEADER,
  type RelayConfig,
  type RelayFields,
  type RelayHeaderOptions,
  type RelayRefusal,
} from './relay/relayHeader.js';
export { readSend } from './relay/send.js';
