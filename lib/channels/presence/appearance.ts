import { ProcessError, shown } from '../../core/index.js';
import type { JoinRequest } from '../definitions/joinHook.js';
import { atOnce, type Joining } from '../definitions/joining.js';
import type { PresenceOptions } from '../definitions/presenceOptions.js';

/** As whom and as what a connection is present. */
export interface Appearance {
  readonly key: string;
  /** A copy that nobody can change. */
  readonly meta: unknown;
}

/**
 * As whom and as what a connection is to be present, as its `join` hook has said, else the functions of the channel (PR2,
 * PR3).
 *
 * @param limit bytes of JSON of a meta
 * @throws ProcessError `Invalid` for what is no key, and a meta that is too large or has no JSON; whatever a function throws.
 */
export function appearanceOf(
  options: PresenceOptions,
  request: JoinRequest,
  joining: Joining['presence'],
  limit: number,
): Appearance {
  const { identity, id } = request.connection;
  const key = joining?.key ?? atOnce(options.key?.(request.connection)) ?? identity ?? id;
  if (!isPresenceKey(key)) {
    const text = `presence.key gives ${PRESENCE_KEY}, not ${shown(key)}`;
    throw new ProcessError('Invalid', `${request.channel}: ${text}`);
  }
  const meta = joining?.meta ?? options.meta?.(request);
  return { key, meta: metaOf(request.channel, meta, limit) };
}

/** Whether it may be a key (PR2). */
const isPresenceKey = (key: unknown): key is string =>
  typeof key === 'string' && key !== '' && key.length <= 255;

const PRESENCE_KEY = 'a text of 1 to 255 characters';

/** What others are told of a connection, as a copy. @throws ProcessError `Invalid`: too large, or without JSON. */
export function metaOf(channel: string, value: unknown = {}, limit: number): unknown {
  const text: string | undefined = JSON.stringify(atOnce(value));
  if (text !== undefined && Buffer.byteLength(text) <= limit) {
    return JSON.parse(text, (_, part) => Object.freeze(part));
  }
  const problem = text === undefined ? 'has no JSON' : `has more than ${limit} bytes of JSON`;
  throw new ProcessError('Invalid', `${channel}: presence.meta ${problem}`);
}
