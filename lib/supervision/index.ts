/** Supervision: processes that start, watch, restart and stop others, as data about a tree. */
export type { BackoffOptions } from './backoff.js';
export type { ChildSpec, RestartType, Strategy, SuperviseOptions } from './plan.js';
export {
  type Caller,
  deleteChild,
  restartChild,
  startChild,
  terminateChild,
  whichChildren,
} from './request.js';
export { ChildStartError } from './state.js';
export { supervise } from './supervise.js';
