import { type Command, type Pid, ProcessError, shown } from '../../core/index.js';
import type { Kernel } from './kernel.js';
import type { Resident } from './resident.js';

/**
 * Sends a message to the members of a group, but not to those in `except`, and returns how many mailboxes
 * have taken it (G4). A PID in `except` that is no member changes nothing.
 *
 * @throws ProcessError `Invalid` for a bad name, topic or `except`.
 */
export function broadcast(
  kernel: Pick<Kernel<Resident>, 'groups' | 'find'>,
  from: Pid | undefined,
  command: Omit<Extract<Command, { type: 'broadcast' }>, 'type'>,
): number {
  const { topic, payload, except } = command;
  const message = { topic, payload, from };
  if (except === undefined) return kernel.groups.broadcast(command, message);
  const pids: unknown = typeof except === 'string' ? [except] : except;
  if (!Array.isArray(pids)) {
    throw new ProcessError('Invalid', `except is a PID or a list of PIDs, not ${shown(except)}`);
  }
  return kernel.groups.broadcast(command, message, new Set(pids.map((pid) => kernel.find(pid))));
}
