import { type Cancel, formatDuration, type LinkDown, send } from '../core/index.js';
import { ws } from '../protocol/index.js';
import { begin, closing, finish } from './closing.js';
import { obey } from './obey.js';
import type {
  Closing,
  Next,
  Open,
  Route,
  SessionCommand,
  SessionEvent,
  State,
  World,
} from './state.js';
import { wantsFrames } from './state.js';
import { type Cause, causeOfLeaving } from './verdict.js';

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

type Frame = Extract<SessionEvent, { type: 'frame' }>;

/** The first state, with the join (L2). */
export function open(route: Route, world: World): Next {
  const { target, metadata } = route;
  const join = send(target, ws.join, { client_pid: world.pid, metadata });
  return [{ phase: 'open', route, received: 0 }, join];
}

function whileOpen(state: Open, event: SessionEvent, world: World): Next {
  if ('topic' in event) return obey(state, event, world);
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
    case 'limited':
      return [state, LIMITED];
    case 'exceeded': {
      const [next, ...commands] = begin(state, { type: 'exceeded', limit: event.limit });
      return event.limit === 'rate' ? [next, CLOSED_AT_RATE, ...commands] : [next, ...commands];
    }
    case 'refused':
      return begin(state, { type: 'slow', who: 'target' });
    case 'shutdown':
      return begin(state, { type: 'shutdown' });
    case 'overdue':
      return [state];
  }
}

const rateLimited = (what: string): SessionCommand => ({
  type: 'warn',
  code: 'rate_limited',
  message: `the client sends more than messagesPerSecond or bytesPerSecond allow (Q7): ${what}`,
});
const LIMITED = rateLimited('from now on it is read no faster');
const CLOSED_AT_RATE = rateLimited('it is closed with 1008');

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
