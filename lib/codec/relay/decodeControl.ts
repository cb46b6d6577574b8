import { type Either, left, right } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { textOf } from '../../core/index.js';
import type { Metadata } from '../../protocol/index.js';
import { absentOr } from '../fields/absentOr.js';
import { type Address, addressFields, addressOf, targetProblem } from '../fields/address.js';
import { type CodecError, firstError } from '../fields/codecError.js';
import { duration } from '../fields/duration.js';
import { messageTopic } from './messageTopic.js';
import { isRecord, metadata } from './metadata.js';

/**
 * Reads the payload of `ws.control` (X1). One wrong field refuses the whole command (X2), and the
 * error names it; whether the target lives is for the relay to say. Never throws, whatever getters
 * and proxies the payload has.
 */
export function decodeControl(payload: unknown): Either<CodecError, ControlChange> {
  if (!isRecord(payload)) return left({ field: 'payload', message: 'payload is no object' });
  try {
    const decoded = Fields.decode(payload);
    if (decoded._tag === 'Left') return left(firstError(decoded.left));
    const problem = targetProblem(decoded.right);
    if (problem !== undefined) return left({ field: 'target_pid', message: problem });
    return right(present(decoded.right));
  } catch (error) {
    return left({ field: 'payload', message: `payload cannot be read: ${textOf(() => error)}` });
  }
}

/** A `ws.control` command, decoded: an absent field stays as it is (X1). */
export interface ControlChange {
  /** From `target_pid`, `target_name` or `target_child`. */
  readonly target?: Address;
  readonly message_topic?: string;
  readonly metadata?: Metadata;
  /** Whole milliseconds; 0 stops the heartbeats. */
  readonly heartbeat_interval?: number;
  /** Whole milliseconds; 0: it does not wait for its target to be started again. */
  readonly rejoin?: number;
}

const Fields = t.partial({
  ...addressFields,
  rejoin: absentOr(duration),
  message_topic: absentOr(messageTopic),
  metadata: absentOr(metadata),
  heartbeat_interval: absentOr(duration),
});

/** Takes the known fields that are there, so that `in` and spreading see presence alone. */
function present(fields: t.TypeOf<typeof Fields>): ControlChange {
  const target = addressOf(fields);
  return {
    ...(target !== undefined && { target }),
    ...(fields.rejoin !== undefined && { rejoin: fields.rejoin }),
    ...(fields.message_topic !== undefined && { message_topic: fields.message_topic }),
    ...(fields.metadata !== undefined && { metadata: fields.metadata }),
    ...(fields.heartbeat_interval !== undefined && {
      heartbeat_interval: fields.heartbeat_interval,
    }),
  };
}
