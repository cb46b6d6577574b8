import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Duration, type Pid, ProcessError } from '../../core/index.js';
import type { ChildPlace, GivenMetadata, Metadata } from '../../protocol/index.js';
import { type Address, addressOf, childPlace, name, targetProblem } from '../fields/address.js';
import { duration } from '../fields/duration.js';
import { instant, isDate } from '../fields/instant.js';
import { pid } from '../fields/pid.js';
import { messageTopic } from './messageTopic.js';
import { copyFrozen, isRecord, NO_METADATA, reasonOf } from './metadata.js';

/** What a handler asks of the relay, in the field names of the relay header. */
export interface RelayFields {
  readonly target_pid?: Pid | undefined;
  /** The name of the process, instead of its PID. */
  readonly target_name?: string | undefined;
  /** A child of a supervisor, instead of its PID. */
  readonly target_child?: ChildPlace | undefined;
  /** How long the connection waits for a target that has ended to be started again (X9); default: not. */
  readonly rejoin?: Duration | undefined;
  readonly message_topic?: string | undefined;
  readonly heartbeat_interval?: Duration | undefined;
  /** An object of plain data, of any type but an array, a Set or a Map (H9). */
  readonly metadata?: GivenMetadata | undefined;
  /** When the connection closes with 4401 (X13): milliseconds since 1970, ISO 8601 or a Date; 0: never. */
  readonly expires_at?: number | string | Date | undefined;
}

/** The fields, decoded, their defaults applied. */
export interface RelayConfig {
  /** `undefined` when the relay spawns the target itself (H1). */
  readonly target: Address | undefined;
  /** Whole milliseconds; 0: it does not wait for its target to be started again. */
  readonly rejoin: number;
  readonly message_topic: string;
  /** Whole milliseconds; 0: no heartbeats. */
  readonly heartbeat_interval: number;
  readonly metadata: Metadata;
  /** Milliseconds since 1970; 0: never. */
  readonly expires_at: number;
}

/** Why the fields are refused: rows 6–8 of H2. `text` is for the client, `detail` for the log (H4). */
export interface RelayRefusal {
  readonly status: 400;
  readonly text: 'Invalid relay configuration' | 'Invalid target PID';
  readonly field: string;
  readonly detail: string;
}

/** Options of decoding. */
export interface DecodeOptions {
  /** The relay spawns the target (H1): `target_pid` is neither needed nor read. Default false. */
  readonly owned?: boolean;
}

/** The topic of the client's frames unless the handler says otherwise (H5). */
export const DEFAULT_MESSAGE_TOPIC = 'ws.message';

/** What is decoded, of whatever types. */
type Fields = { readonly [Field in keyof RelayFields]?: unknown };

const isTextOrNumber = t.union([t.string, t.number]).is;

/** The types that row 6 asks for; what the texts say is for rows 7 and 8. */
const TYPES: readonly (readonly [
  field: keyof RelayFields,
  is: (value: unknown) => boolean,
  problem: string,
])[] = [
  ['target_pid', t.string.is, 'has the wrong type'],
  ['target_name', name.is, 'is no name of a process'],
  ['target_child', childPlace.is, 'is no { supervisor, id }'],
  ['rejoin', isTextOrNumber, 'has the wrong type'],
  ['message_topic', t.string.is, 'has the wrong type'],
  ['heartbeat_interval', isTextOrNumber, 'has the wrong type'],
  ['metadata', isRecord, 'is no object'],
  ['expires_at', (value) => isTextOrNumber(value) || isDate(value), 'has the wrong type'],
];

/** A refusal of rows 6 and 8. */
export const invalid = (field: string, detail: string): RelayRefusal => ({
  status: 400,
  text: 'Invalid relay configuration',
  field,
  detail,
});

/**
 * Reads the fields as a handler has given them, its metadata copied (H9).
 *
 * @throws ProcessError `Invalid` when the metadata cannot be sent as JSON, naming the path (H9).
 */
export function decodeRelayFields(
  fields: RelayFields,
  options?: DecodeOptions,
): Either<RelayRefusal, RelayConfig> {
  const { metadata } = fields;
  if (metadata === undefined) return decodeFields(fields, options);
  return decodeFields({ ...fields, metadata: frozenMetadata(metadata) }, options);
}

/** A frozen copy of what a handler has given. @throws ProcessError `Invalid`, naming the path (H9). */
function frozenMetadata(metadata: GivenMetadata): unknown {
  try {
    return copyFrozen(metadata);
  } catch (cause) {
    throw new ProcessError('Invalid', reasonOf(cause), { cause });
  }
}

/**
 * Reads the fields, rows 6e, 7 and 8 of H2 in this order: first the types, then the PID, then what durations
 * and topics say. Unknown fields are ignored, a null is an absent field (H5). The metadata must be frozen.
 * Field by field, because one codec for all of them costs more, and this runs for every upgrade.
 */
export function decodeFields(
  fields: Fields,
  { owned = false }: DecodeOptions = {},
): Either<RelayRefusal, RelayConfig> {
  for (const [field, is, problem] of TYPES) {
    const value = fields[field] ?? undefined;
    if (value !== undefined && !is(value)) return left(invalid(field, `${field} ${problem}`));
  }
  const given = fields as RelayFields;
  const problem = targetProblem(given);
  if (problem !== undefined) return left(invalid('target_pid', problem));
  const target = owned ? undefined : addressOf(given);
  if (!owned && (target === undefined || isNoPid(given))) return left(badTarget(given.target_pid));
  const interval = limited(duration, fields, 'heartbeat_interval');
  if (isLeft(interval)) return interval;
  const rejoin = limited(duration, fields, 'rejoin');
  if (isLeft(rejoin)) return rejoin;
  if (owned && rejoin.right) return left(invalid('rejoin', NOT_REJOINED));
  const topic = limited(messageTopic, fields, 'message_topic');
  if (isLeft(topic)) return topic;
  const expires = limited(instant, fields, 'expires_at');
  if (isLeft(expires)) return expires;
  return right({
    target,
    message_topic: topic.right ?? DEFAULT_MESSAGE_TOPIC,
    heartbeat_interval: interval.right ?? 0,
    rejoin: rejoin.right ?? 0,
    metadata: (given.metadata as Metadata) ?? NO_METADATA,
    expires_at: expires.right ?? 0,
  });
}

/** Row 8. */
function limited<A>(
  codec: t.Type<A, unknown, unknown>,
  fields: Fields,
  field: keyof RelayFields,
): Either<RelayRefusal, A | undefined> {
  const value = fields[field] ?? undefined;
  if (value === undefined) return ABSENT;
  const decoded = codec.decode(value);
  if (!isLeft(decoded)) return decoded;
  return left(invalid(field, `${field} ${decoded.left[0]?.message}`));
}

const ABSENT = right(undefined);

const NOT_REJOINED = 'rejoin: a target that the relay spawns is not started again';

const isNoPid = ({ target_pid }: RelayFields): boolean =>
  Boolean(target_pid) && !pid.is(target_pid);

/** Row 7: a name is no PID. A process that the header names must be this very one, not one that has taken over its name. */
function badTarget(target: string | undefined): RelayRefusal {
  const detail = target
    ? 'target_pid is no PID; for a name give target_name'
    : 'target_pid is missing';
  return { status: 400, text: 'Invalid target PID', field: 'target_pid', detail };
}
