import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { textOf } from '../../core/index.js';
import type { Metadata } from '../../protocol/index.js';
import { type Address, addressOf, targetProblem } from '../fields/address.js';
import { type CodecError, firstError } from '../fields/codecError.js';
import { controlFields } from './controlFields.js';
import { isRecord } from './metadata.js';

/**
 * Reads the payload of `ws.control` (X1). One wrong field refuses the whole command (X2), and the
 * error names it; whether the target lives is for the relay to say. Never throws, whatever getters
 * and proxies the payload has.
 */
export function decodeControl(payload: unknown): Either<CodecError, ControlChange> {
  try {
    if (!isRecord(payload)) return left({ field: 'payload', message: 'payload is no object' });
    const decoded = controlFields.decode(payload);
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
  /** Milliseconds since 1970; 0: never. */
  readonly expires_at?: number;
}

/** Takes the known fields that are there, so that `in` and spreading see presence alone. */
function present(fields: t.TypeOf<typeof controlFields>): ControlChange {
  const target = addressOf(fields);
  return {
    ...(target !== undefined && { target }),
    ...(fields.rejoin !== undefined && { rejoin: fields.rejoin }),
    ...(fields.message_topic !== undefined && { message_topic: fields.message_topic }),
    ...(fields.metadata !== undefined && { metadata: fields.metadata }),
    ...(fields.heartbeat_interval !== undefined && {
      heartbeat_interval: fields.heartbeat_interval,
    }),
    ...(fields.expires_at !== undefined && { expires_at: fields.expires_at }),
  };
}
