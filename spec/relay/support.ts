import { NEVER, type Observable, type SchedulerLike } from 'rxjs';
import type {
  Behavior,
  Exit,
  ExitReason,
  Output,
  Pid,
  ProcessSignal,
} from '../../lib/core/index.js';
import { type Command, exit, type Inbox, type Message, send } from '../../lib/index.js';
import { type Outcome, ws } from '../../lib/protocol/index.js';
import {
  ConnectionError,
  type Route,
  type SendOptions,
  type SessionCommand,
  type SocketEvent,
  session,
  type World,
} from '../../lib/relay/index.js';
import { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
import { fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
import type { MarbleHelpers } from '../../lib/testing/marbles/marbles.js';

/** The connection itself, the process it talks to, and the one it may be handed over to. */
export const CLIENT: Pid = '{relay|0x00001}';
export const LOBBY: Pid = '{main|0x0000a}';
export const ROOM: Pid = '{main|0x0000b}';

export const metadata = { user: 'ann' };
export const lobbyRoute: Route = {
  target: LOBBY,
  topic: 'ws.message',
  metadata,
  heartbeat: 0,
  rejoin: undefined,
  expires: 0,
};

/** A diagram; one without letters is of text. */
type Diagram<T> = Observable<T> | Observable<string>;

/** What the sessions of these specs are made of; what a test does not draw never happens. */
export interface Drawn {
  readonly client: Diagram<SocketEvent>;
  readonly inbox: Diagram<Message>;
  /** The exits of targets. */
  readonly exits?: Readonly<Record<Pid, Diagram<Exit>>>;
  readonly signals?: Diagram<ProcessSignal>;
  readonly route?: Partial<Route>;
  readonly closeTimeout?: number;
  /** The PIDs that come in the place of a target that has ended. */
  readonly successors?: Diagram<Pid>;
  /** When frames that were counted are still to come to the target, by the clock. */
  readonly behindUntil?: number;
  /** Nobody could tell who comes in the place of a target. */
  readonly placeless?: boolean;
  /** Who is dead, as far as the world knows. */
  readonly dead?: readonly Pid[];
}

/** A world in which everybody lives, the dead excepted. */
export function worldOf(scheduler: SchedulerLike, dead: readonly Pid[] = []): World {
  return {
    pid: CLIENT,
    since: scheduler.now(),
    now: () => scheduler.now(),
    find: (address) => (dead.includes(address as Pid) ? undefined : (address as Pid)),
    hasPlace: () => true,
    isBehind: () => false,
    time: () => scheduler.now(),
  };
}

/** A session over diagrams: its commands up to and with its exit, as the runtime takes them. */
export function relay({ run, scheduler }: MarbleHelpers, drawn: Drawn): Observable<SessionCommand> {
  const { client, inbox, exits = {}, signals, route, closeTimeout = 5_000, dead } = drawn;
  const self = fakeSelf({
    pid: CLIENT,
    monitor: exits as Record<Pid, Observable<Exit>>,
    ...(signals && { signals$: signals as Observable<ProcessSignal> }),
  });
  const behavior: Behavior = (messages, me) =>
    session(messages, {
      self: me,
      socket: fakeSocket({ events$: client as Observable<SocketEvent> }),
      route: { ...lobbyRoute, ...route },
      world: {
        ...worldOf(scheduler, dead),
        hasPlace: () => drawn.placeless !== true,
        isBehind: () => scheduler.now() < (drawn.behindUntil ?? 0),
      },
      scheduler,
      closeTimeout,
      successor: () => (drawn.successors ?? NEVER) as Observable<Pid>,
    }) as unknown as Observable<Output>;
  return run(behavior, inbox as Inbox, self) as Observable<SessionCommand>;
}

// --- what happens ---------------------------------------------------------------------------------

export const frame = (data: string | Uint8Array): SocketEvent => ({
  type: 'frame',
  data,
  size: data.length,
});

export const closed = (code = 1005, reason = ''): SocketEvent => ({
  type: 'closed',
  code,
  reason,
});

export const lost: SocketEvent = { type: 'closed', code: 1006, reason: '' };

export const exited = (from: Pid, reason: ExitReason): Exit => ({
  kind: 'pid.exit',
  from,
  at: 0,
  ref: 1,
  reason,
  result: {},
});

export const cancel = (reason?: string): ProcessSignal => ({
  kind: 'pid.cancel',
  from: LOBBY,
  at: 0,
  ...(reason !== undefined && { reason }),
});

export const linkDown = (reason: ExitReason): ProcessSignal => ({
  kind: 'pid.link.down',
  from: ROOM,
  at: 0,
  reason,
  result: { error: reason },
});

// --- what is done about it ------------------------------------------------------------------------

export const join = (to = LOBBY, data: object = metadata): Command =>
  send(to, ws.join, { client_pid: CLIENT, metadata: data as never });

export const rejoin = (to = ROOM, data: object = metadata): Command =>
  send(to, ws.join, { client_pid: CLIENT, metadata: data as never, rejoined: true });

export const leave = (reason: string, to = LOBBY, data: object = metadata): Command =>
  send(to, ws.leave, { client_pid: CLIENT, reason, metadata: data as never });

export const forward = (
  data: string | Uint8Array,
  to = LOBBY,
  { topic = 'ws.message', data: meta = metadata as object } = {},
): SessionCommand => ({
  type: 'forward',
  to,
  topic,
  payload: {
    client_pid: CLIENT,
    type: typeof data === 'string' ? 'text' : 'binary',
    data,
    metadata: meta,
  },
  size: data.length,
});

export const beat = (uptime_ms: number, message_count: number, to = LOBBY): Command =>
  send(to, ws.heartbeat, {
    client_pid: CLIENT,
    uptime: uptime_ms === 0 ? '0s' : `${uptime_ms}ms`,
    uptime_ms,
    message_count,
    metadata,
  });

export const write = (
  data: string | Uint8Array,
  options?: Partial<SendOptions>,
): SessionCommand => ({
  type: 'write',
  data,
  ...(options && {
    options: { overflow: undefined, key: '', ref: undefined, from: LOBBY, ...options },
  }),
});

/** What a process is told of a frame that it has asked after (W9). */
export const sent = (ref: unknown, outcome: Outcome, to = LOBBY): Command =>
  send(to, ws.sent, { client_pid: CLIENT, ref, outcome });

export const close = (code: number, reason = ''): SessionCommand => ({
  type: 'close',
  code,
  reason,
});

export const destroy: SessionCommand = { type: 'destroy' };
export const drop: SessionCommand = { type: 'drop' };

export const warn = (code: string, message: string): SessionCommand => ({
  type: 'warn',
  code,
  message,
});

/** A connection's exit of the normal class (Z1). */
export const ended = (code: number, reason = ''): Command =>
  exit({ type: 'normal', value: { code, reason } });

/** A connection's exit of the other class (Z1). */
export const failed = (code: number, reason: string): Command =>
  exit({ type: 'error', error: new ConnectionError(code, reason) });
