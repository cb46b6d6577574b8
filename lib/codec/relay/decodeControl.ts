import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { type Pid, textOf } from '../../core/index.js';
import type { Metadata } from '../../protocol/index.js';
import { type CodecError, firstError } from '../fields/codecError.js';
import { controlFields } from './controlFields.js';
import { isRecord } from './metadata.js';

/**
 * Reads the payload of `ws.control` (X1). One wrong field refuses the whole command (X2), and the
 * error names it; whether the target lives is for the relay to say. Never throws, whatever getters
 * and proxies the payload has.
 */
export function decodeControl(payload: unknown): Either<CodecError, ControlChange> {
  if (!isRecord(payload)) return left({ field: 'payload', message: 'payload is no object' });
  try {
    const decoded = controlFields.decode(payload);
    return decoded._tag === 'Left' ? left(firstError(decoded.left)) : right(present(decoded.right));
  } catch (error) {
    return left({ field: 'payload', message: `payload cannot be read: ${textOf(() => error)}` });
  }
}

/** A `ws.control` command, decoded: an absent field stays as it is (X1). */
export interface ControlChange {
  readonly target_pid?: Pid;
  readonly message_topic?: string;
  readonly metadata?: Metadata;
  /** Whole milliseconds; 0 stops the heartbeats. */
  readonly heartbeat_interval?: number;
  /** Milliseconds since 1970; 0: never. */
  readonly expires_at?: number;
}

/** Takes the known fields that are there, so that `in` and spreading see presence alone. */
function present(fields: t.TypeOf<typeof controlFields>): ControlChange {
  return {
    ...(fields.target_pid !== undefined && { target_pid: fields.target_pid }),
    ...(fields.message_topic !== undefined && { message_topic: fields.message_topic }),
    ...(fields.metadata !== undefined && { metadata: fields.metadata }),
    ...(fields.heartbeat_interval !== undefined && {
      heartbeat_interval: fields.heartbeat_interval,
    }),
    ...(fields.expires_at !== undefined && { expires_at: fields.expires_at }),
  };
}
