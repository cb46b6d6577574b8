// The rooms of `rx-process/testing` that run in a browser. What is left out stands for servers and clusters.
export * from '../../lib/testing/live/drills.js';
export { probe } from '../../lib/testing/live/probe.js';
export { testSystem } from '../../lib/testing/live/testSystem.js';
export { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
export { fakeServer } from '../../lib/testing/marbles/fakeServer.js';
export { fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
export { type MarbleHelpers, marbles } from '../../lib/testing/marbles/marbles.js';
export { message } from '../../lib/testing/marbles/message.js';
export { serves } from '../../lib/testing/marbles/serves.js';
export { toMarbles } from '../../lib/testing/recording/toMarbles.js';
export { toSpec } from '../../lib/testing/recording/toSpec.js';
