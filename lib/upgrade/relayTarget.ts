import type { RelayFields } from '../codec/index.js';
import { type Duration, type Known, knownOptions, type Pid, ProcessError } from '../core/index.js';
import type { ChildPlace, GivenMetadata, RelayBehavior } from '../protocol/index.js';

/** What the relay is to do with the upgrade: to whom its messages go, and how. */
export type RelayTarget<M extends GivenMetadata = GivenMetadata> = Omit<
  RelayFields,
  'target_pid' | 'target_name' | 'target_child' | 'rejoin' | 'metadata'
> &
  (
    | ({
        /** A behaviour that the relay spawns for this connection, and ends with it (H1). */
        readonly target: RelayBehavior<M>;
        readonly target_pid?: never;
        readonly target_name?: never;
        readonly target_child?: never;
        readonly rejoin?: never;
      } & MetadataField<M>)
    | (Living & {
        readonly target?: never;
        /** How long the connection waits for a target that has ended to be started again (X9); default: not. */
        readonly rejoin?: Duration | undefined;
      } & MetadataField<M>)
  );

/** Nobody knows what its process reads of metadata: name the type, `setRelay<M>`, to have it checked. */
type Living =
  | { readonly target_pid: Pid; readonly target_name?: never; readonly target_child?: never }
  | {
      /** The name of the process. */
      readonly target_name: string;
      readonly target_pid?: never;
      readonly target_child?: never;
    }
  | {
      /** The child of a supervisor. */
      readonly target_child: ChildPlace;
      readonly target_pid?: never;
      readonly target_name?: never;
    };

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
  const { target, target_pid, target_name, target_child } = relay;
  const given = [target, target_pid, target_name, target_child].filter(
    (each) => each !== undefined,
  );
  if (given.length !== 1) {
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
  target_name: true,
  target_child: true,
  rejoin: true,
  message_topic: true,
  heartbeat_interval: true,
  metadata: true,
  expires_at: true,
};
