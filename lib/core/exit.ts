import type { Ref } from './message.js';
import type { Pid } from './pid.js';

/** What a monitor delivers, once (N1). */
export interface Exit {
  readonly kind: 'pid.exit';
  readonly from: Pid;
  /** Milliseconds on the system's clock. */
  readonly at: number;
  readonly ref: Ref;
  readonly reason: ExitReason;
  readonly result: { readonly value?: unknown; readonly error?: unknown };
}

/**
 * Why a process ended, as data (§6):
 *
 * | reason         | how it arises                      | monitors get  | linked, not trapping | linked, trapping | transient child restarts |
 * |----------------|------------------------------------|---------------|----------------------|------------------|--------------------------|
 * | `normal`       | body finished, `exit('normal')`    | its value     | nothing              | nothing (K7)     | no                       |
 * | `shutdown`     | supervisor stop, own exit          | an error      | ends, same reason    | LINK_DOWN        | no                       |
 * | `error`        | throw, reject, `exit(error)`       | that error    | ends, same reason    | LINK_DOWN        | yes                      |
 * | `kill`         | its own `exit('kill')`             | `kill`        | ends with `kill`     | LINK_DOWN        | yes                      |
 * | `killed`       | `terminate`, `exit(pid, 'kill')`   | `killed`      | ends with `killed`   | LINK_DOWN        | yes                      |
 * | `noproc`       | nobody there at monitor or link    | at once       | K2: error to caller  | LINK_DOWN        | –                        |
 * | `noconnection` | foreign node unreachable           | at once       | ends                 | LINK_DOWN        | –                        |
 */
export type ExitReason =
  | { readonly type: 'normal'; readonly value?: unknown }
  | { readonly type: 'shutdown'; readonly detail?: unknown }
  | { readonly type: 'kill' }
  | { readonly type: 'killed' }
  | { readonly type: 'noproc' }
  | { readonly type: 'noconnection' }
  | { readonly type: 'error'; readonly error: unknown };

/** What `exit` takes: a name, a reason, or an error (E2). */
export type ExitInput = 'normal' | 'shutdown' | 'kill' | ExitReason | Error;

/** A linked process, or whoever called `exit(pid, reason)`, went down while links are trapped (K6). */
export interface LinkDown {
  readonly kind: 'pid.link.down';
  /** `undefined` when the signal came from outside any process. */
  readonly from: Pid | undefined;
  readonly at: number;
  readonly reason: ExitReason;
  readonly result: { readonly error: unknown };
}

/** A request to finish (C1); with a deadline, what is still alive then is terminated. */
export interface Cancel {
  readonly kind: 'pid.cancel';
  readonly from: Pid | undefined;
  readonly at: number;
  readonly reason?: string;
  /** The moment of termination, in milliseconds on the system's clock. */
  readonly deadline?: number;
}

/** What arrives on `self.signals$`. */
export type ProcessSignal = LinkDown | Cancel;

/** The error that stands for an abnormal exit which is none itself: `shutdown`, `killed`, `noproc`… */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly reason: ExitReason;

  constructor(reason: ExitReason) {
    super(reason.type);
    this.reason = reason;
  }
}

const REASONS = new Set(['normal', 'shutdown', 'kill', 'killed', 'noproc', 'noconnection']);

/** Whether a value is an exit reason. */
export function isExitReason(value: unknown): value is ExitReason {
  if (typeof value !== 'object' || value === null || value instanceof Error) return false;
  const { type } = value as { type?: unknown };
  return type === 'error' ? 'error' in value : typeof type === 'string' && REASONS.has(type);
}

/** Reads what `exit` was given (E2); anything else is an error, and nothing is never nothing (S6). */
export function toExitReason(input: unknown): ExitReason {
  if (input === 'normal' || input === 'shutdown' || input === 'kill') return { type: input };
  if (isExitReason(input)) return input;
  return { type: 'error', error: toError(input) };
}

/** A thrown or rejected value as an exit's error: `undefined` and `null` are wrapped (S6). */
export function toError(thrown: unknown): unknown {
  return thrown === undefined || thrown === null ? new Error(`thrown: ${thrown}`) : thrown;
}

/** Whether an exit is a normal one: it leaves linked processes alone (K7). */
export function isNormal(reason: ExitReason): boolean {
  return reason.type === 'normal';
}

/** Whether an exit is orderly, so that a transient child is not restarted (§6). */
export function isOrderly(reason: ExitReason): boolean {
  return reason.type === 'normal' || reason.type === 'shutdown';
}

/** The error of an abnormal exit: the thrown one itself, or an `ExitError`. */
export function exitError(reason: ExitReason): unknown {
  return reason.type === 'error' ? reason.error : new ExitError(reason);
}

/** The `result` field of an exit (N1). */
export function exitResult(reason: ExitReason): Exit['result'] {
  return reason.type === 'normal' ? { value: reason.value } : { error: exitError(reason) };
}
