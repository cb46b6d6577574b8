import type { RelayFields } from '../codec/index.js';
import { type Behavior, ProcessError } from '../core/index.js';

/** What the relay is to do with the upgrade: to whom its messages go, and how. */
export type RelayTarget = Omit<RelayFields, 'target_pid'> &
  (
    | {
        /** A behaviour that the relay spawns for this connection, and ends with it (H1). */
        readonly target: Behavior;
        readonly target_pid?: never;
      }
    | { readonly target_pid: NonNullable<RelayFields['target_pid']>; readonly target?: never }
  );

/** Refuses what has not exactly one target. @throws ProcessError `Invalid`, naming the function. */
export function checkTarget(where: string, { target, target_pid }: RelayTarget): void {
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
