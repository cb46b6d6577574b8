/** Wire ↔ values. Pure; the only place that knows io-ts and fp-ts. */
export { type CloseFrame, cutReason, isCloseCode, readClose } from './close.js';
export { type ControlChange, decodeControl } from './control.js';
export { duration } from './duration.js';
export type { CodecError } from './fields.js';
export { NO_METADATA } from './metadata.js';
export {
  DEFAULT_MESSAGE_TOPIC,
  decodeRelayHeader,
  encodeRelayHeader,
  RELAY_HEADER,
  type RelayConfig,
  type RelayFields,
  type RelayHeaderOptions,
  type RelayRefusal,
} from './relayHeader.js';
export { readSend } from './send.js';
