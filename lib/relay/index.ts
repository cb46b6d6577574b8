/** The relay: a pipeline over a Socket port. Knows neither `ws` nor `http`. */

export { type ConnectionEvent, Hub, type HubOptions } from './hub.js';
export { type SessionContext, type SessionSelf, session } from './session.js';
export type { Socket, SocketEvent, Valve } from './socket.js';
export type { RelayEvent, Route, SessionCommand, SessionEvent, State, World } from './state.js';
export { ConnectionError } from './verdict.js';
