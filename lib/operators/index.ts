/**
 * Pure operators from streams to streams, one in each file; a marble alone can test each. Begin with
 * `ofTopic`; `act` and `receive` handle one message at a time, `transition` keeps a state, and `combine`
 * makes one behaviour of several.
 */
export { type ActOptions, act } from './act.js';
export { combine } from './combine.js';
export { ofTopic } from './ofTopic.js';
export { receive } from './receive.js';
export { type Step, transition } from './transition.js';
