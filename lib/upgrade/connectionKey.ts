import type { IncomingMessage } from 'node:http';
import { isPromise, ProcessError } from '../core/index.js';
import { ignore } from './ignore.js';

/** Tells by what a connection is counted, beside all others: a user's id or an address, say (H16). */
export type ConnectionKey<R = IncomingMessage> = (request: R) => string | undefined;

/**
 * Asks for the key of a handshake.
 *
 * @throws what the function throws; ProcessError `Invalid` for what is no key, which is not quoted, because
 * it comes from the request.
 */
export function askKey(ask: ConnectionKey, request: IncomingMessage): string | undefined {
  const key: unknown = ask(request);
  if (key === undefined || typeof key === 'string') return key;
  // A promise that nobody waits for would end the Node process if it rejects.
  if (isPromise(key)) key.then(ignore, ignore);
  const what = isPromise(key) ? 'promise' : key === null ? 'null' : typeof key;
  throw new ProcessError(
    'Invalid',
    `connectionKey: answer a text or undefined at once, not ${what}`,
  );
}
