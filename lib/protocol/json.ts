import { ProcessError } from '../core/index.js';
import type { ClientMessage, Send } from './ws.js';

/**
 * The payload of a `ws.send` that sends a value as JSON, in one text frame (W6). It is the same for one client
 * and for a group.
 *
 * @throws ProcessError `Invalid` for what has no JSON: undefined, a function, a symbol. A cycle or a BigInt
 * throws the TypeError of `JSON.stringify`.
 * @example send(client_pid, ws.send, json({ type: 'welcome', user }))
 * @example broadcast('lobby', ws.send, json({ type: 'said', user, text }), { except: client_pid })
 */
export function json(value: unknown): Send {
  const data: string | undefined = JSON.stringify(value);
  if (data === undefined) {
    throw new ProcessError('Invalid', `json: a value of type ${typeof value} has no JSON`);
  }
  return { type: 'text', data };
}

/**
 * What a client has sent as JSON; `undefined` if it is no JSON, or bytes (L8). It never throws: what a client
 * sends may be anything, and must not end the process that reads it. Its shape is still to be checked.
 *
 * @example const said = parseJson(message.payload.data);
 */
export function parseJson(data: ClientMessage['data']): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
