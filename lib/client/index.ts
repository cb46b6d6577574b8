/**
 * The client of channels for browsers and Node. It stands on rxjs and on texts and tables of `protocol`, on nothing of
 * the server, and is small, because a page loads all of it; `spec/client/size.spec.ts` measures it.
 *
 * Begin with `connectChannels.ts` and `channelClient.ts`, what users see. Inside it is layers, each of which extends the one
 * before:
 *
 * - `trying.ts`: something that is tried until it holds: a token, an attempt, a wait
 * - `dialler.ts`: one connection, as long as it makes sense
 * - `dialogue.ts`: what is said over it in one go, what is asked and is answered once
 * - `conversation.ts`: hello and session, so that who comes back is who it was
 * - `client.ts`: its channels
 *
 * A channel is `membership.ts`, which is tried too, and `channel.ts`, what comes by it; `place.ts` is where it is in the
 * history, `roster.ts` who is present. `connectRelay.ts` is for a server of any kind, over the same dialler.
 *
 * @module
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
