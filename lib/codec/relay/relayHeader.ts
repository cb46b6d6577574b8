import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import { ProcessError } from '../../core/index.js';
import { copyFrozen, freezeDeep, isRecord, reasonOf } from './metadata.js';
import {
  type DecodeOptions,
  decodeFields,
  invalid,
  type RelayConfig,
  type RelayFields,
  type RelayRefusal,
} from './relayFields.js';

/**
 * The header in which a handler's response names the relay's target (H1).
 *
 * The room `relay` reads what a relay is given: begin here; `decodeControl`, `readSend` and `closeFrame`
 * read what is sent to a connection later.
 */
export const RELAY_HEADER = 'X-WS-Relay';
/** The header never crosses the wire, but a handler may not hand over just anything (H8). */
const MAX_LENGTH = 256 * 1024;

/**
 * Reads the relay header, rows 6, 7 and 8 of H2: of duplicate keys the last wins, and the rest is as the
 * fields have it.
 */
export function decodeRelayHeader(
  text: string,
  options?: DecodeOptions,
): Either<RelayRefusal, RelayConfig> {
  const json = parse(text);
  if (isLeft(json)) return left(invalid(RELAY_HEADER, json.left));
  const decoded = decodeFields(json.right, options);
  if (!isLeft(decoded)) freezeDeep(decoded.right.metadata);
  return decoded;
}

/**
 * Writes the relay header; non-ASCII text is escaped, which Node's `setHeader` would refuse or
 * mangle (H8).
 *
 * @throws ProcessError `Invalid` when the metadata cannot be sent as JSON, naming the path (H9).
 */
export function encodeRelayHeader(fields: RelayFields): string {
  try {
    const { metadata, expires_at, ...others } = fields;
    const copy = metadata === undefined ? undefined : copyFrozen(metadata);
    const json = JSON.stringify({
      ...others,
      metadata: copy,
      expires_at: isTime(expires_at) ? expires_at : String(expires_at),
    });
    // Nearly always there is nothing to escape, and a look is cheaper.
    return /[^\x20-\x7e]/.test(json) ? json.replace(/[^\x20-\x7e]/g, escapeUnit) : json;
  } catch (cause) {
    throw new ProcessError('Invalid', reasonOf(cause), { cause });
  }
}

/** NaN and an invalid Date are null in JSON, an absent field: what was to expire would stay for ever. */
const isTime = (value: RelayFields['expires_at'] | null): boolean =>
  value === undefined || typeof value === 'string' || Number.isFinite(Number(value));

const escapeUnit = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function parse(text: string): Either<string, Record<string, unknown>> {
  if (text.length > MAX_LENGTH) {
    return left(`longer than ${MAX_LENGTH} characters`);
  }
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? right(json) : left('no JSON object');
  } catch {
    // The parser's own message quotes the header, which is nobody's business (H4).
    return left('not JSON');
  }
}
