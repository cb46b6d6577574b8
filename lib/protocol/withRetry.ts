import { ProcessError, shown } from '../core/index.js';
import { cutReason, MAX_REASON_BYTES } from './cutReason.js';

/**
 * Adds to the reason of a close when the client should come back, whatever `closeCodes` says of the code (Z7).
 * A reason that would be too long for a close frame is cut before it (W5).
 *
 * @param retry milliseconds to wait, or `'never'`
 * @throws ProcessError `Invalid` for any other `retry`.
 * @example send(client_pid, ws.close, { code: 1012, reason: withRetry('moving', 2_000) }) // 'moving; retry=2000'
 */
export function withRetry(reason: string, retry: number | 'never'): string {
  if (retry !== 'never' && !(Number.isSafeInteger(retry) && retry >= 0)) {
    const text = `retry: give whole milliseconds or 'never', not ${shown(retry)}`;
    throw new ProcessError('Invalid', text);
  }
  if (reason === '') return `retry=${retry}`;
  const end = `; retry=${retry}`;
  return cutReason(reason, MAX_REASON_BYTES - end.length) + end;
}

/** When to come back, as the end of a reason says it: milliseconds, `'never'`, or `undefined` if it does not (Z7). */
export function readRetry(reason: string): number | 'never' | undefined {
  const retry = /(?:^|; )retry=(\d{1,16}|never)$/.exec(reason)?.[1];
  return retry === undefined || retry === 'never' ? retry : Number(retry);
}
