import { closeCode, readRetry } from '../protocol/index.js';

/**
 * The text of the event that ends a stream: code and reason as of a close frame, and whether the client should come back
 * (Z6, Z7). One that should not is given an id to say when it does: a browser comes back by itself, whatever it is told,
 * until the answer is no stream (SE6).
 */
export function lastEvent(code: number, reason: string): string {
  const row = closeCode(code);
  const retry = readRetry(reason) ?? (row?.reconnect === 'no' ? 'never' : row?.after || undefined);
  const reconnect = retry !== 'never';
  const data = JSON.stringify({ code, reason, reconnect });
  const wait =
    retry === undefined || retry === 'never' ? '' : `retry: ${Math.min(retry, LONGEST)}\n`;
  return `event: close\n${reconnect ? wait : `id: ${CLOSED}\n`}data: ${data}\n\n`;
}

/** The `Last-Event-ID` of a client that was told not to come back. */
export const CLOSED = 'closed';

/** Milliseconds (CP30). */
const LONGEST = 600_000;
