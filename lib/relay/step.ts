import { decodeControl, readClose, readSend } from '../codec/index.js';
import {
  type Cancel,
  exit,
  formatDuration,
  type LinkDown,
  type Message,
  send,
} from '../core/index.js';
import type { Step } from '../operators/index.js';
import { type Leave, ws } from '../protocol/index.js';
import { malformedSend } from './malformedSend.js';
import type { Route, SessionCommand, SessionEvent, State, World } from './state.js';
import { wantsFrames } from './state.js';
import { type Cause, causeOfLeaving, type Verdict, verdict } from './verdict.js';

/** The state machine of a connection: from a state and an event to the next state and commands. Pure. */
export function step(state: State, event: SessionEvent, world: World): Next {
  switch (state.phase) {
    case 'open':
      return whileOpen(state, event, world);
    case 'closing':
      return whileClosing(state, event, world);
    case 'closed':
      return [state];
  }
}

type Open = Extract<State, { phase: 'open' }>;
type Closing = Extract<State, { phase: 'closing' }>;
type Frame = Extract<SessionEvent, { type: 'frame' }>;
type Next = Step<State, SessionCommand>;
type SendCommand = Extract<SessionCommand, { type: 'send' }>;

/** The first state, with the join (L2). */
export function open(route: Route, world: World): Next {
  const { target, metadata } = route;
  const join = send(target, ws.join, { client_pid: world.pid, metadata });
  return [{ phase: 'open', route, received: 0 }, join];
}

function whileOpen(state: Open, event: SessionEvent, world: World): Next {
  if ('topic' in event) return onMessage(state, event, world);
  if ('kind' in event) {
    if (event.kind !== 'pid.exit') return begin(state, causeOf(event));
    // An EXIT of a former target does not matter any more (X6).
    if (event.from !== state.route.target) return [state];
    return begin(state, { type: 'target', exit: event.reason });
  }
  switch (event.type) {
    case 'frame':
      return [
        { phase: 'open', route: state.route, received: state.received + 1 },
        frame(state.route, event, world),
      ];
    case 'beat':
      return [state, heartbeat(state, world)];
    case 'closing':
      return [closing(state, causeOfLeaving(event), event.held)];
    case 'closed':
      return finish(state, causeOfLeaving(event), world);
    case 'violation':
      return begin(state, { type: 'violation', code: event.code });
    case 'silent':
      return begin(state, { type: 'silent' });
    case 'congested':
      return begin(state, { type: 'slow', who: 'consumer' });
    case 'refused':
      return begin(state, { type: 'slow', who: 'target' });
    case 'shutdown':
      return begin(state, { type: 'shutdown' });
    case 'overdue':
      return [state];
  }
}

/** Ends when the socket has closed or the time is over; the first cause decides how (Z3, Z4). */
function whileClosing(state: Closing, event: SessionEvent, world: World): Next {
  if ('topic' in event) return [state, { type: 'drop' }];
  if ('kind' in event) return [state];
  switch (event.type) {
    case 'closed':
      return finish(state, state.cause, world);
    case 'overdue': {
      const [next, ...commands] = finish(state, state.cause, world);
      return [next, { type: 'destroy' }, ...commands];
    }
    case 'frame':
      return [state, wantsFrames(state) ? frame(state.route, event, world) : { type: 'drop' }];
    default:
      return [state];
  }
}

function onMessage(state: Open, message: Message, world: World): Next {
  const { topic, payload } = message;
  switch (topic) {
    case ws.send: {
      const data = readSend(payload);
      if (data !== undefined) return [state, { type: 'write', data }];
      return [state, warn('ws.send', malformedSend(message))];
    }
    case ws.close: {
      const { code, reason, valid } = readClose(payload);
      const [next, ...commands] = begin(state, { type: 'close', code, reason });
      if (valid) return [next, ...commands];
      return [next, warn('ws.close', `malformed ws.close from ${message.from}`), ...commands];
    }
    case ws.control:
      return control(state, payload, world);
    default:
      return [state, warn('topic', `a connection does not understand ${topic} (T1): send ws.send`)];
  }
}

function frame(route: Route, { data, size }: Frame, world: World): SessionCommand {
  const type = typeof data === 'string' ? 'text' : 'binary';
  const payload = { client_pid: world.pid, type, data, metadata: route.metadata };
  return { type: 'forward', to: route.target, topic: route.topic, payload, size };
}

function heartbeat({ route, received }: Open, world: World): SessionCommand {
  const uptime_ms = world.now() - world.since;
  return send(route.target, ws.heartbeat, {
    client_pid: world.pid,
    uptime: formatDuration(uptime_ms),
    uptime_ms,
    message_count: received,
    metadata: route.metadata,
  });
}

/** Obeys a command as a whole or not at all; a transfer is a leave and a join in one turn (X1–X5). */
function control(state: Open, payload: unknown, world: World): Next {
  const decoded = decodeControl(payload);
  if (decoded._tag === 'Left') return [state, refuse(decoded.left.message)];
  const { target_pid, message_topic, metadata, heartbeat_interval } = decoded.right;
  const { route } = state;
  const target = target_pid === undefined ? route.target : world.find(target_pid);
  if (target === undefined) return [state, refuse(`target_pid ${target_pid} is not alive`)];
  if (target === world.pid) return [state, refuse('target_pid is the connection itself')];
  const next: Route = {
    target,
    topic: message_topic ?? route.topic,
    metadata: metadata ?? route.metadata,
    heartbeat: heartbeat_interval ?? route.heartbeat,
  };
  const changed: Open = { ...state, route: next };
  if (target === route.target) return [changed];
  const join = send(target, ws.join, { client_pid: world.pid, metadata: next.metadata });
  return [changed, ...leave(route, 'transferred', world), join];
}

/** Starts closing. Only the first cause gets here, because a later one finds the state `closing` (W5). */
function begin(state: Open, cause: Cause): Next {
  const { frame } = verdict(cause);
  const next = closing(state, cause);
  // Without a close frame there is nothing to wait for: the client cannot be reached any more.
  if (frame === undefined) return [next, { type: 'destroy' }];
  return [next, { type: 'close', ...frame }];
}

function closing({ route }: Open, cause: Cause, held = 0): Closing {
  return { phase: 'closing', route, cause, draining: held > 0 };
}

/** Ends the connection: first the leave, then the exit (Z4). */
function finish(state: Open | Closing, cause: Cause, world: World): Next {
  const { leave: reason, exit: how }: Verdict = verdict(cause);
  const last = leave(state.route, reason, world);
  return [{ phase: 'closed', route: state.route }, ...last, exit(how)];
}

/** A `ws.leave`, if it has a reason and the target still lives (L2). */
export function leave(route: Route, reason: string | undefined, world: World): SendCommand[] {
  const { target, metadata } = route;
  if (reason === undefined || world.find(target) === undefined) return [];
  const payload: Leave = { client_pid: world.pid, reason, metadata };
  return [{ type: 'send', to: target, topic: ws.leave, payload }];
}

function causeOf(signal: LinkDown | Cancel): Cause {
  if (signal.kind === 'pid.cancel') {
    const { from, reason, deadline } = signal;
    const stopped = from === undefined && reason === 'shutdown' && deadline !== undefined;
    return stopped ? { type: 'shutdown' } : { type: 'cancel', why: reason };
  }
  const { from, reason } = signal;
  // `shutdown` without `from` is an order to the connection; all else counts as the end of a linked process.
  const isOrder = from === undefined && reason.type === 'shutdown';
  return isOrder ? { type: 'shutdown' } : { type: 'link', exit: reason };
}

function warn(code: string, message: string): SessionCommand {
  return { type: 'warn', code, message };
}

function refuse(why: string): SessionCommand {
  return warn('ws.control', `ws.control refused, nothing changed: ${why}`);
}
