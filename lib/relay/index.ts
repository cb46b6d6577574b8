/**
 * The relay: what happens on a client's socket becomes messages to a process, and what that process sends
 * goes out on the socket. It knows neither `ws` nor `http`, only the port in `socket.ts`.
 *
 * Begin with `session.ts`, the pipeline of one connection; `state.ts` has its types, `step.ts` is its state
 * machine, with `obey.ts` for what processes ask of it and `closing.ts` for its end; `verdict.ts` says how
 * each cause closes it, `loop.ts` subscribes what a state listens to. `connection.ts` runs a session as a
 * process; `hub.ts` opens them, `adopt.ts` has a process that runs already be one, `connections.ts` holds them, and `ending.ts` closes them, all at once or by a
 * `drain.ts`.
 */

export type { SendOptions } from '../codec/index.js';
export { ConnectionError } from '../protocol/index.js';
export { adopt } from './adopt.js';
export { causeOfEnd, causeOfLeaving, causeOfSignal } from './causeOfEnd.js';
export type { ConnectionEvent, ConnectionInfo } from './connectionEvent.js';
export { Counters, type RelayStats } from './counters.js';
export type { DrainProgress } from './drain.js';
export type { DrainOptions } from './drainOptions.js';
export { Hub, hubsOf } from './hub.js';
export type { HubOptions } from './hubOptions.js';
export type { Line, LineHolder } from './line.js';
export { lineOf } from './lineOf.js';
export { routeProblem } from './routeTo.js';
export { type SessionContext, type SessionSelf, session } from './session.js';
export type { EventFields, Fate, Receipts, Socket, SocketEvent, Traffic, Valve } from './socket.js';
export type { RelayEvent, Route, SessionCommand, SessionEvent, State, World } from './state.js';
export { TokenBucket } from './tokenBucket.js';
export { type Cause, verdict } from './verdict.js';
