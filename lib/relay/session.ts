import { interval, map, Observable, type SchedulerLike, timer } from 'rxjs';
import type { Inbox, Self } from '../core/index.js';
import { loop, type Machine, type Tuned } from './loop.js';
import type { Socket } from './socket.js';
import type { RelayEvent, Route, SessionCommand, SessionEvent, State, World } from './state.js';
import { open, step } from './step.js';

/**
 * The relay: one pipeline from everything that can happen to a connection (its socket's events, its
 * inbox, its signals, its target's exit, heartbeats) to what is to be done about it, as data. The
 * state machine is `step`; the target's exit, the heartbeat and the close timeout are streams that the
 * current state tunes in to.
 */
export function session(inbox: Inbox, context: SessionContext): Observable<SessionCommand> {
  const { socket, self } = context;
  return together<SessionEvent>(socket.events$, inbox, self.signals$).pipe(loop(machine, context));
}

/** The part of `Self` that a session needs. */
export type SessionSelf = Pick<Self, 'signals$' | 'monitor'>;

/** What a session is made of. */
export interface SessionContext {
  readonly self: SessionSelf;
  readonly socket: Socket;
  /** What the handler asked for. */
  readonly route: Route;
  readonly world: World;
  readonly scheduler: SchedulerLike;
  /** How long the client has to answer a close frame, in milliseconds (Z3). */
  readonly closeTimeout: number;
  /** Told of every state, so that the leave can be written whatever ends the process (Y3). */
  remember?(state: State): void;
}

type Listening = Tuned<State, SessionEvent, SessionContext>;

const BEAT: RelayEvent = { type: 'beat' };
const OVERDUE: RelayEvent = { type: 'overdue' };

/** The exit of the current target; of a former one nobody wants to know (X6). */
const down$: Listening = {
  key: (state) => (state.phase === 'open' ? state.route.target : undefined),
  open: ({ route }, { self }) => self.monitor(route.target),
};

/** Goes on through a transfer, and stops when closing starts (L5). */
const heartbeat$: Listening = {
  key: (state) => (state.phase === 'open' && state.route.heartbeat) || undefined,
  open: ({ route }, { scheduler }) => every(route.heartbeat, scheduler).pipe(map(() => BEAT)),
};

const overdue$: Listening = {
  // A socket that has the client's close frame ends by itself in that time; what the client sent before
  // is handed over for so long.
  key: (state) =>
    state.phase === 'closing' && (state.cause.type !== 'peer' || state.draining)
      ? state.cause
      : undefined,
  open: (_, { closeTimeout, scheduler }) => timer(closeTimeout, scheduler).pipe(map(() => OVERDUE)),
};

const machine: Machine<State, SessionEvent, SessionCommand, SessionContext> = {
  first: (context) => remembered(context, open(context.route, context.world)),
  step: (state, event, context) => remembered(context, step(state, event, context.world)),
  tuned: [down$, heartbeat$, overdue$],
};

function remembered(context: SessionContext, next: ReturnType<typeof step>): typeof next {
  context.remember?.(next[0]);
  return next;
}

/** Node fires a timer of more than 2^31-1 ms at once, so a longer interval is that long (H7). */
const every = (millis: number, scheduler: SchedulerLike): Observable<number> =>
  interval(Math.min(millis, 2 ** 31 - 1), scheduler);

/**
 * `merge` for sources that end only with the session: each gets the very same subscriber, so that a
 * frame passes no inner subscription and an idle connection keeps none.
 */
function together<T>(...sources: readonly Observable<T>[]): Observable<T> {
  return new Observable((subscriber) => {
    for (const source of sources) source.subscribe(subscriber);
  });
}
