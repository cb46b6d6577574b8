import { type Exit, formatDuration, type Pid, send } from '../core/index.js';
import { ws } from '../protocol/index.js';
import { causeOfEnd, causeOfLeaving, causeOfSignal } from './causeOfEnd.js';
import { begin, closing, finish } from './closing.js';
import { obey, warnOfSeconds } from './obey.js';
import type {
  Closing,
  Live,
  Next,
  Route,
  SessionCommand,
  SessionEvent,
  State,
  Waiting,
  World,
} from './state.js';
import { wantsFrames } from './state.js';
import { notSent } from './tellOutcome.js';

/** The state machine of a connection: from a state and an event to the next state and commands. Pure. */
export function step(state: State, event: SessionEvent, world: World): Next {
  switch (state.phase) {
    case 'open':
    case 'waiting':
      return whileLive(state, event, world);
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
  return [{ phase: 'open', route, received: 0 }, join, ...warnOfSeconds(route.expires, world)];
}

function whileLive(state: Live, event: SessionEvent, world: World): Next {
  if ('topic' in event) return obey(state, event, world);
  if ('kind' in event) {
    return event.kind === 'pid.exit'
      ? targetEnded(state, event)
      : begin(state, causeOfSignal(event));
  }
  switch (event.type) {
    case 'frame':
      return [counted(state), frame(state.route, event, world)];
    case 'beat': {
      // While it waits there is nobody to tell, and no count may be told before the frames that it counts.
      const isTold = state.phase === 'open' && !world.isBehind();
      return isTold ? [state, heartbeat(state, world)] : [state];
    }
    case 'successor':
      return state.phase === 'waiting' && event.pid !== world.pid // it may have got the name itself
        ? rejoin(state, event.pid, world)
        : [state];
    case 'abandoned':
      return state.phase === 'waiting'
        ? begin(state, { type: 'target', exit: state.exit })
        : [state];
    case 'closing':
      return [closing(state, causeOfLeaving(event), event.held)];
    case 'closed':
      return finish(state, causeOfLeaving(event), world);
    case 'limited':
      return [state, LIMITED];
    case 'exceeded': {
      const [next, ...commands] = begin(state, causeOfEnd(event));
      return event.limit === 'rate' ? [next, CLOSED_AT_RATE, ...commands] : [next, ...commands];
    }
    case 'overdue':
      return [state];
    default:
      return begin(state, causeOfEnd(event));
  }
}

/** A frame more. Written out, because this runs for each frame, and a spread is slow. */
function counted(state: Live): Live {
  const { route } = state;
  const received = state.received + 1;
  if (state.phase === 'open') return { phase: 'open', route, received };
  return { phase: 'waiting', route, received, exit: state.exit };
}

/** Closes, or waits for who is started in the target's place (X9). */
function targetEnded(state: Live, { from, reason }: Exit): Next {
  const { route, received } = state;
  // An EXIT of a former target does not matter any more (X6).
  if (from !== route.target || state.phase === 'waiting') return [state];
  if (route.rejoin === undefined) return begin(state, { type: 'target', exit: reason });
  return [{ phase: 'waiting', route, received, exit: reason }];
}

/** The client notices nothing: its frames go on where they waited (X9). */
function rejoin({ route, received }: Waiting, target: Pid, world: World): Next {
  const next: Live = { phase: 'open', route: { ...route, target }, received };
  const payload = { client_pid: world.pid, metadata: route.metadata, rejoined: true } as const;
  return [next, send(target, ws.join, payload)];
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
  if ('topic' in event) return [state, { type: 'drop' }, ...notSent(event, world)];
  if ('kind' in event) return [state];
  switch (event.type) {
    case 'closed':
      return finish(state, state.cause, world, event.code !== 1006);
    case 'overdue': {
      const [next, ...commands] = finish(state, state.cause, world, false);
      return [next, { type: 'destroy' }, ...commands];
    }
    case 'frame':
      // To a target that has ended, it is a dead letter.
      if (!wantsFrames(state) && state.cause.type !== 'target') return [state, { type: 'drop' }];
      return [state, frame(state.route, event, world)];
    default:
      return [state];
  }
}

function frame(route: Route, { data, size }: Frame, world: World): SessionCommand {
  const type = typeof data === 'string' ? 'text' : 'binary';
  const payload = { client_pid: world.pid, type, data, metadata: route.metadata };
  return { type: 'forward', to: route.target, topic: route.topic, payload, size };
}

function heartbeat({ route, received }: Live, world: World): SessionCommand {
  const uptime_ms = world.now() - world.since;
  return send(route.target, ws.heartbeat, {
    client_pid: world.pid,
    uptime: formatDuration(uptime_ms),
    uptime_ms,
    message_count: received,
    metadata: route.metadata,
  });
}
