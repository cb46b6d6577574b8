import type { ExitReason } from '../core/index.js';
import { ConnectionError, closeCode, cutReason, withRetry } from '../protocol/index.js';

/** How a connection closes, for one cause. */
export interface Verdict {
  /** The close frame to send; `undefined` if the socket is gone already or must be destroyed. */
  readonly frame: { readonly code: number; readonly reason: string } | undefined;
  /** The reason in `ws.leave`; `undefined` if the target has ended, because nobody is there to read it. */
  readonly leave: string | undefined;
  /** How the connection, as a process, exits. */
  readonly exit: ExitReason;
}

/** Close codes of a client that has broken the protocol or a limit. */
export type Violation = 1002 | 1007 | 1008 | 1009;

/** Limits of a connection that it may exceed: its rate, and how long it may wait for what (Q7, Q9). */
export type Limit = 'rate' | 'message' | 'hold' | 'idle';

/** Why a connection closes (causeOfEnd.ts); the letters are rows of the table in §17 of the rules. The first cause wins. */
export type Cause =
  /** a: the client sent a close frame. */
  | { readonly type: 'peer'; readonly code: number; readonly reason: string }
  /** b: the socket was lost without a close frame. */
  | { readonly type: 'lost' }
  /** c: a process sent `ws.close`. */
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** d, e, f, f2: the target has ended. */
  | { readonly type: 'target'; readonly exit: ExitReason }
  /** g: a linked process has ended abnormally. */
  | { readonly type: 'link'; readonly exit: ExitReason }
  /** h: `cancel(connection, why)`. */
  | { readonly type: 'cancel'; readonly why: string | undefined }
  /** i: `terminate(connection)`. */
  | { readonly type: 'terminate' }
  /** j: the relay or its host shuts down. */
  | { readonly type: 'shutdown' }
  /** k: the client broke the protocol. */
  | { readonly type: 'violation'; readonly code: Violation }
  /** l: no pong in time. */
  | { readonly type: 'silent' }
  /** m: the peer reads too slowly, the target handles too slowly (M11), or all clients hold too much (Q12). */
  | { readonly type: 'slow'; readonly who: 'consumer' | keyof typeof SLOW }
  /** n: the client's authorisation has ended (X13). */
  | { readonly type: 'expired' }
  /** k, m, o: a limit of its rate or of a time. */
  | { readonly type: 'exceeded'; readonly limit: Limit }
  /** p: the relay drains; `retry` is for the client, in milliseconds (Q14). */
  | { readonly type: 'drain'; readonly code: 1001 | 1012; readonly retry: number };

/** Who is slow, and what the peer and the target are told. */
const SLOW = {
  target: [1013, 'target overloaded'],
  server: [1013, 'server overloaded'],
} as const;

/** Who is at the other end of a connection: a client of ours, or a server of which we are a client (A8). */
export type Peer = keyof typeof WORDS;

/** What is said of the two ends, by who is at the other one. */
const WORDS = {
  client: {
    left: 'client closed',
    closed: 'closed by server',
    shutdown: 'server shutting down',
    slow: [1013, 'slow consumer'],
  },
  server: {
    left: 'server closed',
    closed: 'closed by client',
    shutdown: 'client shutting down',
    slow: [1011, 'slow peer'],
  },
} as const;

/** The close frame, the leave and the exit that a cause leads to. It is total, so no cause is forgotten. */
export function verdict(cause: Cause, peer: Peer = 'client'): Verdict {
  const words = WORDS[peer];
  switch (cause.type) {
    case 'peer': {
      const { code, reason } = cause;
      return { frame: undefined, leave: reason || words.left, exit: exitOf(code, reason) };
    }
    case 'lost':
      return { frame: undefined, leave: 'connection lost', exit: failed(1006, 'connection lost') };
    case 'close':
      return {
        frame: { code: cause.code, reason: cause.reason },
        leave: cause.reason || words.closed,
        exit: exitOf(cause.code, cause.reason),
      };
    case 'target':
      return targetEnded(cause.exit);
    case 'link':
      return { ...both(1011, 'linked process exited'), exit: cause.exit };
    case 'cancel':
      return both(1001, cutReason(cause.why || 'cancelled'));
    case 'terminate':
      return { frame: undefined, leave: 'terminated', exit: { type: 'killed' } };
    case 'shutdown':
      return both(1001, words.shutdown);
    case 'violation':
      return violated(cause.code);
    case 'silent':
      return { frame: undefined, leave: 'ping timeout', exit: failed(1006, 'ping timeout') };
    case 'slow':
      return both(...slow(cause.who, peer));
    case 'drain':
      return drained(cause.code, cause.retry);
    case 'expired':
      return both(4401, 'authorization expired');
    case 'exceeded':
      return both(...EXCEEDED[cause.limit]);
  }
}

const slow = (who: 'consumer' | keyof typeof SLOW, peer: Peer): readonly [number, string] =>
  who === 'consumer' ? WORDS[peer].slow : SLOW[who];

const EXCEEDED: Readonly<Record<Limit, readonly [code: number, text: string]>> = {
  rate: [1008, 'rate limit exceeded'],
  message: [1008, 'message timeout'],
  hold: [1013, 'target overloaded'],
  idle: [1001, 'idle timeout'],
};

/** The exit for a close code (Z1): the codes listed here are normal, every other one is an error. */
function exitOf(code: number, reason: string): ExitReason {
  const normal = [1000, 1001, 1005, 1012].includes(code) || (code >= 3000 && code <= 4999);
  return normal ? { type: 'normal', value: { code, reason } } : failed(code, reason);
}

function failed(code: number, reason: string): ExitReason {
  return { type: 'error', error: new ConnectionError(code, reason) };
}

/** A verdict that gives the client and the target the same text. */
function both(code: number, text: string): Verdict {
  return { frame: { code, reason: text }, leave: text, exit: exitOf(code, text) };
}

/** d, e, f, f2: without any detail of the target's error, because a client must not see it. */
function targetEnded(exit: ExitReason): Verdict {
  const text = 'target process exited';
  if (exit.type === 'normal') return { ...both(1000, text), leave: undefined };
  if (exit.type === 'shutdown') return { ...both(1001, text), leave: undefined };
  if (exit.type !== 'noconnection') return { ...both(1011, text), leave: undefined };
  const lost = 'target unreachable';
  return { frame: { code: 1012, reason: lost }, leave: undefined, exit: failed(1012, lost) };
}

/** p: when to come back is each client's own, and nothing for the target. */
function drained(code: number, retry: number): Verdict {
  const text = 'server restarting';
  return { ...both(code, text), frame: { code, reason: withRetry(text, retry) } };
}

function violated(code: Violation): Verdict {
  const text = code === 1008 ? 'too many parts' : closeCode(code).name;
  return { frame: { code, reason: '' }, leave: text, exit: failed(code, text) };
}
