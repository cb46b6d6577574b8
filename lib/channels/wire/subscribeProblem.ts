import { MAX_TOKEN } from '../../protocol/index.js';
import type { Wishes } from '../broker/appear.js';
import type { Limits } from '../definitions/limitOptions.js';
import type { Wish } from '../history/channelHistory.js';
import { isCount, isPosition } from '../history/isPosition.js';
import { isJsonWithin } from './isJsonWithin.js';

/** What is wrong with the fields of a subscribe, wrong types and sizes (CP13). */
export function subscribeProblem(limits: Limits, fields: SubscribeFields): string | undefined {
  const { params, meta, token, since, rewind } = fields;
  if (!isJsonWithin(params, limits.params)) return `params: more than ${limits.params} bytes`;
  if (!isJsonWithin(meta, limits.meta)) return `meta: more than ${limits.meta} bytes`;
  if (token !== undefined && !isToken(token)) return TOKEN_PROBLEM;
  if (since !== undefined && !isPosition(since)) return 'since: expected { epoch, offset }';
  if (rewind !== undefined && !isCount(rewind)) return 'rewind: expected a whole number';
  for (const name of ['watch', 'present'] as const) {
    const value = fields[name];
    if (value !== undefined && typeof value !== 'boolean') return `${name}: expected true or false`;
  }
  return undefined;
}

/** What a client has sent with its subscribe. */
export interface SubscribeFields {
  readonly channel: string;
  readonly params?: unknown;
  readonly meta?: unknown;
  readonly token?: unknown;
  readonly since?: unknown;
  readonly rewind?: unknown;
  readonly watch?: unknown;
  readonly present?: unknown;
}

/** What of the past a client wants, by fields that have no problem. */
export const wishOf = ({ since, rewind }: Pick<SubscribeFields, 'since' | 'rewind'>): Wish =>
  ({ since, rewind }) as Wish;

/** What a client says of its presence, in the same way. */
export const wishesOf = ({ present, watch }: SubscribeFields): Wishes =>
  ({ present, watch }) as Wishes;

/** Whether a token is a text within its limit (CP3). */
export const isToken = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== '' &&
  value.length <= MAX_TOKEN &&
  Buffer.byteLength(value) <= MAX_TOKEN;

export const TOKEN_PROBLEM = 'token: expected a text of 1 byte to 8 KiB';
