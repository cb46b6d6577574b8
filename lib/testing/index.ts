/**
 * The test kit, for any test runner. Begin with `marbles` for a pipeline (room `marbles`), with `testSystem`
 * for processes on virtual time and `probe` for promises and generators (room `live`), with `toSpec` to make a spec
 * from a trace (room `recording`), with `halfOpen` for a server under bad clients (room `faults`), with `channelTest`
 * for channels over the whole wire (room `channels`), and with `memoryNats` for a cluster (room `cluster`).
 *
 * @module
 */
export type { Fate, Receipts, SendOptions, Socket, SocketEvent, Valve } from '../relay/index.js';
export { type ChannelTest, type ChannelTestOptions, channelTest } from './channels/channelTest.js';
export {
  type ClientAction,
  drop,
  reconnect,
  says,
  subscribe,
  unsubscribe,
} from './channels/clientAction.js';
export { clientEvent, joined, joinRequest, left } from './channels/clientEvent.js';
export { frameLine } from './channels/frameLine.js';
export type { Like } from './channels/isLike.js';
export { type MemberOptions, member } from './channels/member.js';
export type { ReceivedFrame } from './channels/receivedFrame.js';
export { RefusedError } from './channels/refusedError.js';
export type { ConnectHook, RefreshHook } from './channels/stage.js';
export type { SubscribeFields } from './channels/subscribeFields.js';
export type { TestClient } from './channels/testClient.js';
export type { Closed, ConnectOptions } from './channels/testConnection.js';
export type { ExpectedReply } from './channels/wantedReply.js';
export { type MemoryNats, type MemoryNatsOptions, memoryNats } from './cluster/memoryNats.js';
export type { FaultOptions } from './faults/faultOptions.js';
export { type FragmentFloodOptions, fragmentFlood } from './faults/fragmentFlood.js';
export { halfOpen } from './faults/halfOpen.js';
export type { FaultEnd } from './faults/peer.js';
export { reconnectStorm, type StormOptions, type StormReport } from './faults/reconnectStorm.js';
export { type ResetOptions, resetDuringUpgrade } from './faults/resetDuringUpgrade.js';
export type { FaultReport } from './faults/runFault.js';
export { type SlowHandshakeOptions, slowHandshake } from './faults/slowHandshake.js';
export { type SlowReaderOptions, slowReader } from './faults/slowReader.js';
export { type VanishOptions, vanish } from './faults/vanish.js';
export { type DrillOptions, type Drills, drills, type KillOptions } from './live/drills.js';
export type { DrillEffect, DrillRule } from './live/messageRules.js';
export { type Probe, probe } from './live/probe.js';
export { type TestSystem, type TestSystemOptions, testSystem } from './live/testSystem.js';
export type { Equality } from './marbles/expectations.js';
export { fakeSelf } from './marbles/fakeSelf.js';
export type { FakeSelf, FakeSelfOptions, Joined } from './marbles/fakeSelfOptions.js';
export { type FakeServer, fakeServer } from './marbles/fakeServer.js';
export {
  type FakeSocket,
  type FakeSocketOptions,
  fakeSocket,
  type SocketAction,
} from './marbles/fakeSocket.js';
export type { ClientAct, FakeWebSocket } from './marbles/fakeWebSocket.js';
export { type MarbleHelpers, marbles } from './marbles/marbles.js';
export { type MessageOptions, message } from './marbles/message.js';
export { type Refusal, type ServerAction, serves } from './marbles/serves.js';
export type { RecordingOptions } from './recording/recording.js';
export { toMarbles } from './recording/toMarbles.js';
export { type SpecOptions, toSpec } from './recording/toSpec.js';
