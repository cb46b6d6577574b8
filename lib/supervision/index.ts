/**
 * Supervision: a behaviour that starts, watches, restarts and stops other processes. Begin with
 * `supervise`; `supervisor` brings events to `step`, a pure decision over `state`, and performs the
 * effects. `advance` stops and starts children, `restart` and `handleRequest` decide which.
 */
export { type Backoff, type BackoffOptions, delayOf, readBackoff } from './backoff.js';
export type { ChildSpec, RestartType, Strategy, SuperviseOptions } from './plan.js';
export {
  type Caller,
  deleteChild,
  ensureChild,
  restartChild,
  startChild,
  terminateChild,
  whichChildren,
} from './request.js';
export { ChildStartError } from './state.js';
export { supervise } from './supervise.js';
