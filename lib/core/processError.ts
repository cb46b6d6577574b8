import type { Pid } from './pid.js';

/**
 * Misuse or refusal, thrown by a call or sent down a stream: its text says what happened, to which
 * name, and what to do about it. A refused call has changed nothing.
 *
 * @example
 * try { system.spawn(worker, { name: 'printer' }) } catch (error) {
 *   if (error instanceof ProcessError && error.code === 'AlreadyExists') use(error.existing_pid);
 * }
 */
export class ProcessError extends Error {
  override readonly name = 'ProcessError';
  readonly code: ProcessErrorCode;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean;
  declare readonly existing_pid?: Pid;

  constructor(code: ProcessErrorCode, message: string, details: ProcessErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.retryable = code === 'Unavailable' || code === 'Timeout' || code === 'LimitExceeded';
    if (details.existing_pid !== undefined) this.existing_pid = details.existing_pid;
  }
}

/** The closed set of codes that a `ProcessError` carries. */
export type ProcessErrorCode =
  | 'Invalid'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Unavailable'
  | 'LimitExceeded'
  | 'Timeout'
  | 'Internal';

/** What a `ProcessError` may carry beside its text. */
export interface ProcessErrorDetails {
  /** Who holds what was asked for (`AlreadyExists`, S5 and R1). */
  readonly existing_pid?: Pid;
  readonly cause?: unknown;
}

/** A value as an error's text names it: never throws, whatever it is given, and is never long. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 64));
  return typeof value === 'number' || value == null ? String(value) : typeof value;
}
