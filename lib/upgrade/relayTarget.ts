import type { RelayFields } from '../codec/index.js';
import { type Known, knownOptions, type Pid, ProcessError } from '../core/index.js';
import type { GivenMetadata, RelayBehavior } from '../protocol/index.js';

/** What the relay is to do with the upgrade: to whom its messages go, and how. */
export type RelayTarget<M extends GivenMetadata = GivenMetadata> = Omit<
  RelayFields,
  'target_pid' | 'metadata'
> &
  (
    | ({
        /** A behaviour that the relay spawns for this connection, and ends with it (H1). */
        readonly target: RelayBehavior<M>;
        readonly target_pid?: never;
      } & MetadataField<M>)
    | ({
        /** Nobody knows what its process reads of metadata: name the type, `setRelay<M>`, to have it checked. */
        readonly target_pid: Pid;
        readonly target?: never;
      } & MetadataField<M>)
  );

/** What the target reads of metadata has to be given, and may come with more. */
type MetadataField<M> =
  Partial<M> extends M
    ? { readonly metadata?: (M & GivenMetadata) | undefined }
    : { readonly metadata: M & GivenMetadata };

/**
 * Refuses what has not exactly one target, or a field that nobody knows.
 *
 * @param where which function was given it, for the text
 * @throws ProcessError `Invalid`.
 */
export function checkTarget<T extends RelayTarget>(
  where: string,
  relay: T,
  fields: Known<T>,
): void {
  knownOptions(where, relay, fields);
  const { target, target_pid } = relay;
  if ((target === undefined) === (target_pid === undefined)) {
    throw new ProcessError('Invalid', `${where}: give either target or target_pid`);
  }
  if (target !== undefined && typeof target !== 'function') {
    throw new ProcessError(
      'Invalid',
      `${where}: target is no behaviour; give target_pid for a PID`,
    );
  }
}

/** The fields of a relay, each of which is known. */
export const TARGET_FIELDS: Known<RelayTarget> = {
  target: true,
  target_pid: true,
  message_topic: true,
  heartbeat_interval: true,
  metadata: true,
  expires_at: true,
};
