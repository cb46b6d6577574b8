/**
 * Channels: clients in rooms, with messages of the page's format, over connections of the relay.
 *
 * Its rooms, each importing only those before it: `messages` (what is sent, and its text), `definitions` (what is said
 * of channels), `members` (a connection, and what it waits for), `table` (channels and who is in them), `broker` (the
 * inside of a manager), `wire` (what clients ask), `rooms` (the processes of channels), `manager` (what users see) and
 * `services` (what applications do with it).
 * Begin with `manager/createWebSocketManager.ts` from above, or with `table/publish.ts`, the way of a broadcast.
 */
export type { ErrorCode, Info, MessageType, Stats, WireMessage } from '../protocol/index.js';
export type { BroadcastOptions } from './broker/broadcast.js';
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
  Position,
  Refused,
} from './definitions/joinHook.js';
export type { Joining, Published } from './definitions/joining.js';
export type { LimitOptions } from './definitions/limitOptions.js';
export type { RestartOptions } from './definitions/restartOptions.js';
export {
  type ChannelManager,
  type ChannelMetadata,
  createChannelManager,
} from './manager/channelManager.js';
export {
  createWebSocketManager,
  type ManagerOptions,
  websocketManager,
} from './manager/createWebSocketManager.js';
export type { Mount } from './manager/mount.js';
export type { ServerChannel } from './manager/serverChannel.js';
export type { WebSocketManager } from './manager/webSocketManager.js';
export type { ClientMessage, FailOptions } from './members/clientMessage.js';
export { randomId as newConnectionId } from './members/randomId.js';
export { type EventType, event } from './messages/eventType.js';
export type { Issue, Schema } from './messages/schema.js';
export { encodeMessage, WebSocketMessage } from './messages/webSocketMessage.js';
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
export type { SendOptions } from './table/publish.js';
export { published } from './table/published.js';
export type { Admitted, ConnectAnswer, Declined } from './wire/askConnect.js';
