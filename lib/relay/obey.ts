import {
  type Address,
  decodeControl,
  readClose,
  readSend,
  readSendOptions,
} from '../codec/index.js';
import { isPid, type Message, send } from '../core/index.js';
import { ws } from '../protocol/index.js';
import { begin, leave } from './closing.js';
import { malformedSend } from './malformedSend.js';
import { rejoinOf, rejoinProblem } from './rejoin.js';
import type { Live, Next, Route, SessionCommand, World } from './state.js';
import { notSent } from './tellOutcome.js';

/** Does what a process has asked of an open connection (T1): `ws.send`, `ws.close` or `ws.control`. */
export function obey(state: Live, message: Message, world: World): Next {
  const { topic, payload } = message;
  switch (topic) {
    case ws.send:
      return write(state, message, world);
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

/** Writes a frame; one that cannot be written, or as it is asked, is ignored (W2). */
function write(state: Live, message: Message, world: World): Next {
  const { payload, from } = message;
  const data = readSend(payload);
  const options = readSendOptions(payload, from);
  if (data === undefined || options === 'malformed') {
    return [state, warn('ws.send', malformedSend(message)), ...notSent(message, world)];
  }
  if (options === undefined) return [state, { type: 'write', data }];
  const frame: SessionCommand = { type: 'write', data, options };
  if (options.ref === undefined || from !== undefined) return [state, frame];
  return [state, warn('ws.send', 'an ack is for a process, and this ws.send has none (W9)'), frame];
}

/** Obeys a command as a whole or not at all; a transfer is a leave and a join in one turn (X1–X5). */
function control(state: Live, payload: unknown, world: World): Next {
  const decoded = decodeControl(payload);
  if (decoded._tag === 'Left') return [state, refuse(decoded.left.message)];
  const change = decoded.right;
  const { route } = state;
  const target = change.target === undefined ? route.target : world.find(change.target);
  if (target === undefined) return [state, refuse(`${described(change.target)} is not alive`)];
  if (target === world.pid) return [state, refuse('target_pid is the connection itself')];
  const rejoin = rejoinOf(route.rejoin, change);
  const problem = rejoinProblem(rejoin, world.hasPlace(target));
  if (problem !== undefined) return [state, refuse(problem)];
  const next: Route = {
    ...route,
    target,
    topic: change.message_topic ?? route.topic,
    metadata: change.metadata ?? route.metadata,
    heartbeat: change.heartbeat_interval ?? route.heartbeat,
    rejoin,
    expires: change.expires_at ?? route.expires,
  };
  const warnings = warnOfSeconds(change.expires_at, world);
  if (target === route.target) {
    const isOver = state.phase === 'waiting' && rejoin === undefined;
    if (isOver) return begin({ ...state, route: next }, { type: 'target', exit: state.exit });
    return [{ ...state, route: next }, ...warnings];
  }
  const join = send(target, ws.join, { client_pid: world.pid, metadata: next.metadata });
  const changed: Live = { phase: 'open', route: next, received: state.received };
  return [changed, ...leave(route, 'transferred', world), join, ...warnings];
}

function described(target: Address | undefined): string {
  if (typeof target === 'object') return `target_child ${target.id} of ${target.supervisor}`;
  return `${isPid(target) ? 'target_pid' : 'target_name'} ${target}`;
}

/** Tells of a time so long ago, before 1973, that it must be in seconds, as the `exp` of a JWT is (X13). */
export function warnOfSeconds(expires = 0, world: World): readonly SessionCommand[] {
  if (expires === 0 || expires >= 1e11 || expires > world.time()) return [];
  const advice = 'it looks like seconds, as the exp of a JWT: multiply by 1,000';
  return [warn('expires_at', `expires_at ${expires} is in the past; ${advice}`)];
}

function warn(code: string, message: string): SessionCommand {
  return { type: 'warn', code, message };
}

function refuse(why: string): SessionCommand {
  return warn('ws.control', `ws.control refused, nothing changed: ${why}`);
}
