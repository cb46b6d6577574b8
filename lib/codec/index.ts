/**
 * Turns wire data into values and back. It is pure, and the only place that knows io-ts and fp-ts. Begin
 * with `relayHeader` in the room `relay`, which reads what a relay is given; `fields` has its building
 * blocks, `channels` reads what clients of channels send, and `config` the entries of a configuration.
 */

export {
  type ClientBatch,
  type ClientFrame,
  MAX_BATCH,
  readBatch,
  readFrame,
  wireMessage,
} from './channels/clientFrame.js';
export { configSchema } from './config/configSchema.js';
export { type Decoded, type Draft, decodeConfig, type Entry } from './config/decodeConfig.js';
export type { Path, Problem } from './config/problem.js';
export type { Use } from './config/readMiddleware.js';
export type { RelaySettings } from './config/relayOptions.js';
export type { Address } from './fields/address.js';
export type { CodecError } from './fields/codecError.js';
export { duration } from './fields/duration.js';
export { type CloseFrame, isCloseCode, readClose } from './relay/closeFrame.js';
export { type ControlChange, decodeControl } from './relay/decodeControl.js';
export { copyFrozen, NO_METADATA } from './relay/metadata.js';
export { readSend } from './relay/readSend.js';
export { isOverflow, readSendOptions, type SendOptions } from './relay/readSendOptions.js';
export {
  DEFAULT_MESSAGE_TOPIC,
  type DecodeOptions,
  decodeRelayFields,
  type RelayConfig,
  type RelayFields,
  type RelayRefusal,
} from './relay/relayFields.js';
export { decodeRelayHeader, encodeRelayHeader, RELAY_HEADER } from './relay/relayHeader.js';
