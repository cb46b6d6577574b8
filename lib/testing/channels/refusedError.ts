import type { WireError } from '../../protocol/index.js';
import type { Notes } from './notes.js';

/** A client was refused what a test took for granted: a connection (`code`: `HTTP 401`), or to join a channel. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** As the client is told it: of a request by its code (CP8), of a connection `HTTP` and the status. */
  readonly code: string;
  /** Whether it may be tried again. */
  readonly retry: boolean;
  readonly details: unknown;

  /** @param method whose caller its stack points at */
  constructor(
    method: (...args: never[]) => unknown,
    what: string,
    { code, message, retry, details }: WireError,
    notes: Notes,
  ) {
    // What may succeed later has failed by the server's fault, which its log tells.
    super([what, code, message].filter(Boolean).join(': ') + (retry ? notes.text : ''));
    Error.captureStackTrace(this, method);
    this.code = code;
    this.retry = retry;
    this.details = details;
  }
}
