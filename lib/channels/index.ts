/**
 * Channels: whoever subscribes a name gets what is sent to it, in messages of the page's format, over connections of the
 * relay.
 *
 * It has eleven rooms, as the parts of a folder are called here, and each imports only those before it; the file to begin
 * with in a room says what the room is for:
 *
 * - `messages`: what is sent, and its text on the wire (`webSocketMessage.ts`)
 * - `history`: what was sent, for those who come back (`historyStore.ts`)
 * - `definitions`: what an application says of channels (`channelDefinition.ts`)
 * - `members`: a connection as its manager has it (`member.ts`)
 * - `presence`: who is present in a channel, and who watches that (`channelPresence.ts`)
 * - `table`: channels, who is in them, and how a message gets to them (`channel.ts`)
 * - `broker`: the inside of a manager (`broker.ts`)
 * - `wire`: what clients ask for, and what they are answered (`receive.ts`)
 * - `rooms`: the processes of channels (`channelRoom.ts`)
 * - `fellows`: channels across the nodes of a cluster (`fellows.ts`)
 * - `manager`: what users see (`createWebSocketManager.ts`)
 * - `services`: what applications do with a manager (`chatService.ts`)
 *
 * Three ways through them:
 *
 * - a client comes: `manager/handshake.ts` before its 101, then `manager/arrivals.ts` and `manager/welcome.ts`
 * - a client sends: `manager/managerBehavior.ts`, `wire/receive.ts`, `wire/handle.ts`; then `wire/command.ts` for a command,
 *   or `wire/deliver.ts` for a message, which goes to the channel's process or to the streams of the manager
 * - the server sends: `broker/sendTo.ts`, `table/publish.ts`, `members/member.ts`; then the relay's `Line` to the socket
 *
 * Words: a *connection* is a client as hooks see it (`Connection`), and a `Member` the same one as its manager has it. A
 * *member of a channel* is a process in the process group of that channel: a connection or any other. The *room* of a
 * channel is its process (`table/room.ts`); `room` in code of users has the topics of what that process receives. A
 * *gathering* is the messages that `coalesce` has wait for each other, and a *way* how a member gets messages that it does
 * not simply get all of, for ever. Who is *present* is a member of whom others are told: by a *key*, a user say, with a *meta*
 * for each of its connections; one *lingers* for a while after its connection was lost. Who *watches* is told.
 *
 * @module
 */
export { type ClientFrame, wireMessage } from '../codec/index.js';
export {
  type ErrorCode,
  type EventType,
  event,
  type Info,
  type Issue,
  type MessageType,
  type Schema,
  type Stats,
  type WireMessage,
} from '../protocol/index.js';
export type { BroadcastOptions } from './broker/broadcast.js';
export type { HistoryQuery } from './broker/readPage.js';
export type { ConnectionEvent } from './broker/streams.js';
export type { ChannelBehavior, ChannelCommand, RoomSelf } from './definitions/channelCommand.js';
export {
  type ChannelDefinition,
  type ChannelOptions,
  channel,
} from './definitions/channelDefinition.js';
export type { Connection } from './definitions/connection.js';
export type {
  JoinAnswer,
  JoinHook,
  JoinRequest,
  Refused,
} from './definitions/joinHook.js';
export type { Joining, Published } from './definitions/joining.js';
export type { LimitOptions } from './definitions/limitOptions.js';
export type { PresenceOptions } from './definitions/presenceOptions.js';
export type { RestartOptions } from './definitions/restartOptions.js';
export type { ChannelCluster } from './fellows/channelCluster.js';
export type { HistoryOptions } from './history/historyOptions.js';
export type {
  Bounds,
  Entry,
  Extent,
  HistoryHost,
  HistoryStore,
  Page,
  PageLimit,
  Position,
  Recordable,
} from './history/historyStore.js';
export type { HistoryStream, StreamEntry } from './history/historyStream.js';
export type { KeptEntry, KeptStream } from './history/keptStream.js';
export { MemoryStore, type StoreLimits } from './history/memoryStore.js';
export type { SavedStream } from './history/savedStream.js';
export type { Hold, Keeper, Origin, Shared, SharedStore } from './history/sharedStore.js';
export type { ChannelManager, ChannelMetadata } from './manager/channelManager.js';
export { createChannelManager } from './manager/createChannelManager.js';
export {
  createWebSocketManager,
  websocketManager,
  websocketManagers,
} from './manager/createWebSocketManager.js';
export type { ManagerOptions } from './manager/managerOptions.js';
export type { Mount } from './manager/mount.js';
export type { ServerChannel } from './manager/serverChannel.js';
export type { WebSocketManager } from './manager/webSocketManager.js';
export type { ClientMessage, FailOptions } from './members/clientMessage.js';
export { randomId as newConnectionId } from './members/randomId.js';
export { encodeMessage, WebSocketMessage } from './messages/webSocketMessage.js';
export type { PresenceEntry, PresenceMeta } from './presence/presenceEntry.js';
export { accept, type EmitOptions, emit, kick, push, refuse } from './rooms/emit.js';
export { type ClientEvent, ofEvent, type RoomMessage } from './rooms/ofEvent.js';
export { type Joined, type RoomEvent, type RoomText, room } from './rooms/room.js';
export { ChatMessage } from './services/chatMessage.js';
export { ChatService } from './services/chatService.js';
export { type DashboardMetrics, DashboardService } from './services/dashboardService.js';
export {
  type DomainEvent,
  type DomainEventOptions,
  fromDomainEvents,
} from './services/fromDomainEvents.js';
export {
  type LiveUpdate,
  LiveUpdateService,
  type UpdateAction,
} from './services/liveUpdateService.js';
export type { MemberEvent } from './table/channelStreams.js';
export { published } from './table/published.js';
export type { SendOptions } from './table/sending.js';
export type { Admitted, ConnectAnswer, Declined } from './wire/askConnect.js';
