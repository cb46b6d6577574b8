import type { Address, SendOptions } from '../codec/index.js';
import type { Command, Exit, ExitReason, Message, Pid, ProcessSignal } from '../core/index.js';
import type { Step } from '../operators/index.js';
import type { Metadata } from '../protocol/index.js';
import type { Rejoin } from './rejoin.js';
import type { SocketEvent } from './socket.js';
import type { Cause, Peer } from './verdict.js';

/** The states of a connection. Each has the last `route`, because the leave needs it. */
export type State =
  | { readonly phase: 'open'; readonly route: Route; readonly received: number }
  /** The target has ended so, and the connection waits until it is started again (X9). */
  | {
      readonly phase: 'waiting';
      readonly route: Route;
      readonly received: number;
      readonly exit: ExitReason;
    }
  /** `draining`: frames that the client sent before it left still have to be handed over. */
  | {
      readonly phase: 'closing';
      readonly route: Route;
      readonly cause: Cause;
      readonly draining: boolean;
    }
  /** `cut`: the client was sent a close frame and has not answered it. */
  | {
      readonly phase: 'closed';
      readonly route: Route;
      /** 1006 without a close frame. */
      readonly code: number;
      readonly cut: boolean;
    };

/** The states before closing. */
export type Live = Extract<State, { phase: 'open' | 'waiting' }>;
export type Waiting = Extract<State, { phase: 'waiting' }>;
export type Closing = Extract<State, { phase: 'closing' }>;
/** The next state, and the commands on the way to it. */
export type Next = Step<State, SessionCommand>;

/** Where a connection's frames go, and what comes with them; `ws.control` changes it (X1). */
export interface Route {
  readonly target: Pid;
  /** The topic of the client's frames. */
  readonly topic: string;
  readonly metadata: Metadata;
  /** Milliseconds between heartbeats; 0 means none. */
  readonly heartbeat: number;
  /** What happens when the target ends; `undefined`: the connection closes. */
  readonly rejoin: Rejoin | undefined;
  /** When the client's authorisation ends, in milliseconds since 1970; 0 means never. */
  readonly expires: number;
  /** Who is at the other end; default a client. */
  readonly peer?: Peer;
}

/** Whether a connection has not begun to close. */
export const isLive = (state: State): state is Live =>
  state.phase === 'open' || state.phase === 'waiting';

/** Whether a client's frames still go to its target. */
export const wantsFrames = (state: State): boolean =>
  state.phase === 'open' || (state.phase === 'closing' && state.draining);

/** What the state machine has to ask, because it is pure itself; specs pass a stub. */
export interface World {
  /** This connection's own PID. */
  readonly pid: Pid;
  /** When the 101 was sent, in milliseconds of the system's uptime. */
  readonly since: number;
  /** The system's uptime in milliseconds. */
  now(): number;
  /** The time of day, in milliseconds since 1970. */
  time(): number;
  /** The canonical PID of a living process, or `undefined` (X2, X3). */
  find(address: Address): Pid | undefined;
  /** Whether frames that were counted are still to come to the target (X10). */
  isBehind(): boolean;
  /** Whether it is known who would be started in the place of a living process: it is a supervised child. */
  hasPlace(pid: Pid): boolean;
}

/** The relay's own events for a session. */
export type RelayEvent =
  /** A heartbeat is due. */
  | { readonly type: 'beat' }
  /** The client's authorisation has ended (X13). */
  | { readonly type: 'expired' }
  /** The client has not answered a close frame in time (Z3). */
  | { readonly type: 'overdue' }
  /** The relay drains (Q14). */
  | { readonly type: 'drain'; readonly code: 1001 | 1012; readonly retry: number }
  /** The relay shuts down (Q3). */
  | { readonly type: 'shutdown' }
  /** The target's mailbox has refused a frame (M11). */
  | { readonly type: 'refused' }
  /** A process was started in the place of the target that has ended. */
  | { readonly type: 'successor'; readonly pid: Pid }
  /** None will be, or not in time. */
  | { readonly type: 'abandoned' };

/** Everything that can happen to a connection, merged into one stream. */
export type SessionEvent = SocketEvent | Message | Exit | ProcessSignal | RelayEvent;

/** The commands of a session: those of the runtime, and those to the socket. */
export type SessionCommand =
  | Command
  /** A frame for the target: a `send` whose size is counted (M11). */
  | {
      readonly type: 'forward';
      readonly to: Pid;
      readonly topic: string;
      readonly payload: unknown;
      readonly size: number;
    }
  | {
      readonly type: 'write';
      readonly data: string | Uint8Array;
      readonly options?: SendOptions | undefined;
    }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  | { readonly type: 'destroy' }
  | { readonly type: 'warn'; readonly code: string; readonly message: string }
  /** Something came after closing had begun, and is counted as dropped (L6, W3). */
  | { readonly type: 'drop' };
