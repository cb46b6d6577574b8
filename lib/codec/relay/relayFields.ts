import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Duration, type Pid, ProcessError } from '../../core/index.js';
import type { GivenMetadata, Metadata } from '../../protocol/index.js';
import { absentOr } from '../fields/absentOr.js';
import { type CodecError, firstError } from '../fields/codecError.js';
import { duration } from '../fields/duration.js';
import { pid } from '../fields/pid.js';
import { messageTopic } from './messageTopic.js';
import { copyFrozen, isRecord, NO_METADATA, reasonOf } from './metadata.js';

/** What a handler asks of the relay, in the field names of the relay header. */
export interface RelayFields {
  readonly target_pid?: Pid | undefined;
  readonly message_topic?: string | undefined;
  readonly heartbeat_interval?: Duration | undefined;
  /** An object of plain data, of any type but an array, a Set or a Map (H9). */
  readonly metadata?: GivenMetadata | undefined;
}

/** The fields, decoded, their defaults applied. */
export interface RelayConfig {
  /** `''` when the relay spawns the target itself (H1). */
  readonly target_pid: Pid;
  readonly message_topic: string;
  /** Whole milliseconds; 0: no heartbeats. */
  readonly heartbeat_interval: number;
  readonly metadata: Metadata;
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

/** A refusal of rows 6 and 8. */
export const invalid = ({ field, message }: CodecError): RelayRefusal => ({
  status: 400,
  text: 'Invalid relay configuration',
  field,
  detail: message,
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
export function frozenMetadata(metadata: GivenMetadata): unknown {
  try {
    return copyFrozen(metadata);
  } catch (cause) {
    throw new ProcessError('Invalid', reasonOf(cause), { cause });
  }
}

/**
 * Reads the fields, rows 6e, 7 and 8 of H2 in this order: first the types, then the PID, then what durations
 * and topics say. Unknown fields are ignored, a null is an absent field (H5). The metadata must be frozen.
 */
export function decodeFields(
  fields: unknown,
  { owned = false }: DecodeOptions = {},
): Either<RelayRefusal, RelayConfig> {
  // Plain ifs: a pipe of `chain` and `mapLeft` cost as much as the decoding, for every upgrade.
  const shape = Shape.decode(fields);
  if (isLeft(shape)) return left(invalid(firstError(shape.left)));
  const { target_pid, metadata } = shape.right;
  if (!owned && !pid.is(target_pid)) return left(badTarget(target_pid));
  const limits = Limits.decode(shape.right);
  if (isLeft(limits)) return left(invalid(firstError(limits.left)));
  return right({
    target_pid: target_pid ?? '',
    message_topic: limits.right.message_topic ?? DEFAULT_MESSAGE_TOPIC,
    heartbeat_interval: limits.right.heartbeat_interval ?? 0,
    metadata: metadata ?? NO_METADATA,
  });
}

/** Row 7: a name is no PID. A process that the header names must be this very one, not one that has taken over its name. */
function badTarget(target: string | undefined): RelayRefusal {
  const detail = target ? 'target_pid is no PID' : 'target_pid is missing';
  return { status: 400, text: 'Invalid target PID', field: 'target_pid', detail };
}
