import { endWith, interval, map, Observable, type SchedulerLike, takeUntil, timer } from 'rxjs';
import type { Inbox, Pid, Self } from '../core/index.js';
import { expiry } from './expiry.js';
import { loop, type Machine, type SwitchedStream } from './loop.js';
import type { Socket } from './socket.js';
import type {
  RelayEvent,
  Route,
  SessionCommand,
  SessionEvent,
  State,
  Waiting,
  World,
} from './state.js';
import { isLive } from './state.js';
import { open, step } from './step.js';

/**
 * The pipeline of one connection: everything that can happen to it goes in (its socket's events, its
 * inbox, its signals, its target's exit, heartbeats), and commands come out, as data. The state machine
 * is `step`; the target's exit, who is started in its place, the heartbeat, the end of the authorisation and
 * the close timeout are streams that the current state listens to.
 */
export function session(inbox: Inbox, context: SessionContext): Observable<SessionCommand> {
  const { socket, self } = context;
  return together<SessionEvent>(socket.events$, inbox, self.signals$).pipe(loop(machine, context));
}

/** The part of `Self` that a session needs. */
export type SessionSelf = Pick<Self, 'signals$' | 'monitor'>;

/** What a session is given. */
export interface SessionContext {
  readonly self: SessionSelf;
  readonly socket: Socket;
  /** The route that the handler has asked for. */
  readonly route: Route;
  readonly world: World;
  readonly scheduler: SchedulerLike;
  /** Milliseconds in which the client has to answer a close frame (Z3). */
  readonly closeTimeout: number;
  /** The processes that are started in the place of the target that has ended; completes when none will come. */
  successor(state: Waiting): Observable<Pid>;
  /** Called with every new state, so that the leave can be sent whatever ends the process (Y3). */
  remember?(state: State): void;
}

type SessionStream = SwitchedStream<State, SessionEvent, SessionContext>;

const BEAT: RelayEvent = { type: 'beat' };
const EXPIRED: RelayEvent = { type: 'expired' };
const OVERDUE: RelayEvent = { type: 'overdue' };
const ABANDONED: RelayEvent = { type: 'abandoned' };

/** The exit of the current target. A former target does not matter any more (X6). */
const down$: SessionStream = {
  key: (state) => (state.phase === 'open' ? state.route.target : undefined),
  open: ({ route }, { self }) => self.monitor(route.target),
};

/** Who is started in the place of a target that has ended, for as long as the route says (X9). */
const successor$: SessionStream = {
  key: (state) => (state.phase === 'waiting' ? state.exit : undefined),
  open: (state, context) => {
    const within = state.route.rejoin?.within ?? 0;
    return context.successor(state as Waiting).pipe(
      map((pid): RelayEvent => ({ type: 'successor', pid })),
      takeUntil(timer(Math.min(within, MAX_TIMER), context.scheduler)),
      endWith(ABANDONED),
    );
  },
};

/** Heartbeats go on through a transfer, and stop when closing starts (L5). */
const heartbeat$: SessionStream = {
  key: (state) => (isLive(state) && state.route.heartbeat) || undefined,
  open: ({ route }, { scheduler }) => every(route.heartbeat, scheduler).pipe(map(() => BEAT)),
};

/** The end of the client's authorisation; another time starts another clock (X13, X14). */
const expired$: SessionStream = {
  key: (state) => (isLive(state) && state.route.expires) || undefined,
  open: ({ route }, { scheduler }) => expiry(route.expires, scheduler).pipe(map(() => EXPIRED)),
};

/** The close timeout (Z3). */
const overdue$: SessionStream = {
  // After the client's close frame the socket ends by itself, so no timeout is needed, except while
  // frames that the client sent before are still handed over.
  key: (state) =>
    state.phase === 'closing' && (state.cause.type !== 'peer' || state.draining)
      ? state.cause
      : undefined,
  open: (_, { closeTimeout, scheduler }) => timer(closeTimeout, scheduler).pipe(map(() => OVERDUE)),
};

const machine: Machine<State, SessionEvent, SessionCommand, SessionContext> = {
  first: (context) => remembered(context, open(context.route, context.world)),
  step: (state, event, context) => remembered(context, step(state, event, context.world)),
  // All but the count of frames.
  hasSameStreams: (before, after) => before.phase === after.phase && before.route === after.route,
  streams: [down$, successor$, heartbeat$, expired$, overdue$],
};

function remembered(context: SessionContext, next: ReturnType<typeof step>): typeof next {
  context.remember?.(next[0]);
  return next;
}

/** Node fires a timer that is longer at once (H7). */
const MAX_TIMER = 2 ** 31 - 1;

const every = (millis: number, scheduler: SchedulerLike): Observable<number> =>
  interval(Math.min(millis, MAX_TIMER), scheduler);

/**
 * `merge` for sources that do not complete before the session does. All get the same subscriber, so
 * there are no inner subscriptions: a frame passes none, and an idle connection has none in memory.
 */
function together<T>(...sources: readonly Observable<T>[]): Observable<T> {
  return new Observable((subscriber) => {
    for (const source of sources) source.subscribe(subscriber);
  });
}
