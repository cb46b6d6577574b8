import { concatAll, map, merge, type Observable, of, take } from 'rxjs';
import { type ExitReason, exit } from '../core/index.js';
import { closeCode, readRetry } from '../protocol/index.js';
import { type Cause, ConnectionError, type SessionCommand, verdict } from '../relay/index.js';

/**
 * The life of a connection that we make: a socket opens and is served, or something comes first that ends the
 * waiting for it. Its exit says whether it is worth connecting again (A9).
 */
export function dialled<S>(
  socket$: Observable<S>,
  cause$: Observable<Cause>,
  serve: (socket: S) => Observable<SessionCommand>,
): Observable<SessionCommand> {
  const end = (cause: Cause): SessionCommand => exit(verdict(cause, 'server').exit);
  return merge(socket$.pipe(map(serve)), cause$.pipe(map((cause) => of(end(cause))))).pipe(
    take(1),
    concatAll(),
    map((command) => (command.type === 'exit' ? exit(judged(command.reason)) : command)),
  );
}

/** An exit with `retryable`, which a supervisor asks for (V6). */
function judged(reason: ExitReason): ExitReason {
  if (reason.type === 'normal') {
    const value = reason.value as Closed;
    return { type: 'normal', value: { ...value, retryable: isRetryable(value) } };
  }
  if (reason.type !== 'error' || !(reason.error instanceof ConnectionError)) return reason;
  const { code, reason: text } = reason.error;
  return { type: 'error', error: new ConnectionError(code, text, isRetryable(reason.error)) };
}

/** How a connection has closed. */
interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** What the reason says overrides the table of codes (Z7); nobody has another token here (Z6). */
function isRetryable({ code, reason }: Closed): boolean {
  const retry = readRetry(reason);
  return retry === undefined ? closeCode(code)?.reconnect === 'yes' : retry !== 'never';
}
