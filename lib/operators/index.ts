/** Pure operators from streams to streams, one a file; each is testable by a marble alone. */
export { type ActOptions, act } from './act.js';
export { combine } from './combine.js';
export { ofTopic } from './ofTopic.js';
export { receive } from './receive.js';
export { type Step, transition } from './transition.js';
