import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Duration, type Pid, ProcessError } from '../../core/index.js';
import type { GivenMetadata, Metadata } from '../../protocol/index.js';
import { absentOr } from '../fields/absentOr.js';
import { type CodecError, firstError } from '../fields/codecError.js';
import { duration } from '../fields/duration.js';
import { pid } from '../fields/pid.js';
import { messageTopic } from './messageTopic.js';
import { copyFrozen, freezeDeep, isRecord, NO_METADATA, reasonOf } from './metadata.js';

/**
 * The header in which a handler's response names the relay's target (H1).
 *
 * The room `relay` reads what a relay is given: begin here; `decodeControl`, `readSend` and `closeFrame`
 * read what is sent to a connection later.
 */
export const RELAY_HEADER = 'X-WS-Relay';
/** The topic of the client's frames unless the handler says otherwise (H5). */
export const DEFAULT_MESSAGE_TOPIC = 'ws.message';
/** The header never crosses the wire, but a handler may not hand over just anything (H8). */
const MAX_LENGTH = 256 * 1024;

/** What a handler asks of the relay, in the header's own field names. */
export interface RelayFields {
  readonly target_pid?: Pid | undefined;
  readonly message_topic?: string | undefined;
  readonly heartbeat_interval?: Duration | undefined;
  /** An object of plain data, of any type but an array, a Set or a Map (H9). */
  readonly metadata?: GivenMetadata | undefined;
}

/** The header, decoded, its defaults applied. */
export interface RelayConfig {
  /** `''` when the relay spawns the target itself (H1). */
  readonly target_pid: Pid;
  readonly message_topic: string;
  /** Whole milliseconds; 0: no heartbeats. */
  readonly heartbeat_interval: number;
  readonly metadata: Metadata;
}

/** Why a header is refused: rows 6–8 of H2. `text` is for the client, `detail` for the log (H4). */
export interface RelayRefusal {
  readonly status: 400;
  readonly text: 'Invalid relay configuration' | 'Invalid target PID';
  readonly field: string;
  readonly detail: string;
}

/** Options of `decodeRelayHeader`. */
export interface RelayHeaderOptions {
  /** The relay spawns the target (H1): `target_pid` is neither needed nor read. Default false. */
  readonly owned?: boolean;
}

const record = new t.Type<Record<string, unknown>, unknown, unknown>(
  'Record',
  isRecord,
  (input, context) =>
    isRecord(input) ? t.success(input) : t.failure(input, context, 'is no object'),
  t.identity,
);

/** Row 6 asks for types only; what the texts say is for rows 7 and 8. */
const Shape = t.partial({
  target_pid: absentOr(t.string),
  message_topic: absentOr(t.string),
  heartbeat_interval: absentOr(t.union([t.string, t.number])),
  metadata: absentOr(record),
});

/** Row 8. */
const Limits = t.partial({
  heartbeat_interval: absentOr(duration),
  message_topic: absentOr(messageTopic),
});

const invalid = ({ field, message }: CodecError): RelayRefusal => ({
  status: 400,
  text: 'Invalid relay configuration',
  field,
  detail: message,
});

/**
 * Reads the relay header, rows 6, 7 and 8 of H2 in this order: first the types, then the PID, then
 * what durations and topics say. Unknown fields are ignored, of duplicate keys the last wins, a null
 * is an absent field (H5).
 */
export function decodeRelayHeader(
  text: string,
  { owned = false }: RelayHeaderOptions = {},
): Either<RelayRefusal, RelayConfig> {
  // Plain ifs: a pipe of `chain` and `mapLeft` cost as much as the decoding, for every upgrade.
  const json = parse(text);
  if (isLeft(json)) return left(invalid(json.left));
  const shape = Shape.decode(json.right);
  if (isLeft(shape)) return left(invalid(firstError(shape.left)));
  const { target_pid, metadata } = shape.right;
  if (!owned && !pid.is(target_pid)) return left(badTarget(target_pid));
  const limits = Limits.decode(shape.right);
  if (isLeft(limits)) return left(invalid(firstError(limits.left)));
  return right({
    target_pid: target_pid ?? '',
    message_topic: limits.right.message_topic ?? DEFAULT_MESSAGE_TOPIC,
    heartbeat_interval: limits.right.heartbeat_interval ?? 0,
    metadata: metadata === undefined ? NO_METADATA : freezeDeep(metadata),
  });
}

/**
 * Writes the relay header; non-ASCII text is escaped, which Node's `setHeader` would refuse or
 * mangle (H8).
 *
 * @throws ProcessError `Invalid` when the metadata cannot be sent as JSON, naming the path (H9).
 */
export function encodeRelayHeader(fields: RelayFields): string {
  try {
    const { target_pid, message_topic, heartbeat_interval, metadata } = fields;
    const copy = metadata === undefined ? undefined : copyFrozen(metadata);
    const json = JSON.stringify({
      target_pid,
      message_topic,
      heartbeat_interval,
      metadata: copy,
    });
    return json.replace(/[^\x20-\x7e]/g, escapeUnit);
  } catch (cause) {
    throw new ProcessError('Invalid', reasonOf(cause), { cause });
  }
}

const escapeUnit = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function parse(text: string): Either<CodecError, unknown> {
  if (text.length > MAX_LENGTH) {
    return left({ field: RELAY_HEADER, message: `longer than ${MAX_LENGTH} characters` });
  }
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? right(json) : left({ field: RELAY_HEADER, message: 'no JSON object' });
  } catch {
    // The parser's own message quotes the header, which is nobody's business (H4).
    return left({ field: RELAY_HEADER, message: 'not JSON' });
  }
}

/** Row 7: a name is no PID. A process that the header names must be this very one, not one that has taken over its name. */
function badTarget(target: string | undefined): RelayRefusal {
  const detail = target ? 'target_pid is no PID' : 'target_pid is missing';
  return { status: 400, text: 'Invalid target PID', field: 'target_pid', detail };
}
