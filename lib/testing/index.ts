/** The test kit, for any test runner: marbles for pipelines, probes for what runs, virtual time. */
export type { Socket, SocketEvent, Valve } from '../relay/index.js';
export { type DrillOptions, type Drills, drills, type KillOptions } from './drills.js';
export { fakeSelf } from './fakeSelf.js';
export type { FakeSelf, FakeSelfOptions, Joined } from './fakeSelfOptions.js';
export {
  type FakeSocket,
  type FakeSocketOptions,
  fakeSocket,
  type SocketAction,
} from './fakeSocket.js';
export { type Equality, type MarbleHelpers, marbles } from './marbles.js';
export { message } from './message.js';
export type { DrillEffect, DrillRule } from './messageRules.js';
export { type Probe, probe } from './probe.js';
export type { RecordingOptions } from './recording.js';
export { type TestSystem, type TestSystemOptions, testSystem } from './testSystem.js';
export { toMarbles } from './toMarbles.js';
export { type SpecOptions, toSpec } from './toSpec.js';
