/**
 * The client of channels for browsers and Node. It stands on rxjs and on texts and tables of `protocol`, on nothing of
 * the server, and is small: a page loads all of it.
 *
 * Begin with `connectChannels.ts`, what users see; `conversation.ts` is what is said over connections, `dialler.ts` keeps
 * one, and `membership.ts` is a channel. `connectRelay.ts` is for a server of any kind, over the same dialler.
 */
export { type EventType, event, type MessageType, type Schema } from '../protocol/index.js';
export type { ChannelClient } from './channelClient.js';
export { ChannelError } from './channelError.js';
export type {
  ChannelOptions,
  ChannelState,
  ClientChannel,
  Gap,
  HistoryPage,
  HistoryQuery,
  Loaded,
  RequestOptions,
} from './clientChannel.js';
export type { Backoff, ClientOptions } from './clientOptions.js';
export type { ClientState, Ended } from './clientState.js';
export { connectChannels } from './connectChannels.js';
export { connectRelay, type RelayClient, type RelayClientOptions } from './connectRelay.js';
export type { Position, WireMessage } from './frame.js';
export type { Presence } from './presence.js';
