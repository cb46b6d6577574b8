import { exit } from '../core/index.js';
import { type Leave, ws } from '../protocol/index.js';
import type { Closing, Live, Next, Route, SessionCommand, World } from './state.js';
import { type Cause, type Verdict, verdict } from './verdict.js';

/** The state in which the end of the socket is waited for, and what comes before and after it. */
export function closing({ route }: Live, cause: Cause, held = 0): Closing {
  return { phase: 'closing', route, cause, draining: held > 0 };
}

/** Starts closing. Only the first cause gets here, because a later one finds the state `closing` (W5). */
export function begin(state: Live, cause: Cause): Next {
  const { frame } = verdict(cause, state.route.peer);
  const next = closing(state, cause);
  // Without a close frame there is nothing to wait for: the client cannot be reached any more.
  if (frame === undefined) return [next, { type: 'destroy' }];
  return [next, { type: 'close', ...frame }];
}

/** Ends the connection: first the leave, then the exit (Z4). `isAnswered`: by the client's close frame. */
export function finish(
  { route }: Live | Closing,
  cause: Cause,
  world: World,
  isAnswered = true,
): Next {
  const { frame, leave: reason, exit: how }: Verdict = verdict(cause, route.peer);
  const cut = frame !== undefined && !isAnswered;
  const code = frame?.code ?? (cause.type === 'peer' ? cause.code : 1006);
  return [{ phase: 'closed', route, code, cut }, ...leave(route, reason, world), exit(how)];
}

/** A `ws.leave`, if it has a reason and the target still lives (L2). */
export function leave(
  route: Route,
  reason: string | undefined,
  world: World,
): readonly Extract<SessionCommand, { type: 'send' }>[] {
  const { target, metadata } = route;
  if (reason === undefined || world.find(target) === undefined) return [];
  const payload: Leave = { client_pid: world.pid, reason, metadata };
  return [{ type: 'send', to: target, topic: ws.leave, payload }];
}

/** The leave of a connection whose process ends before its session has, for the first cause (Z4, cause i). */
export function lastLeave(state: Live | Closing, world: World): ReturnType<typeof leave> {
  const cause: Cause = state.phase === 'closing' ? state.cause : { type: 'terminate' };
  return leave(state.route, verdict(cause, state.route.peer).leave, world);
}
