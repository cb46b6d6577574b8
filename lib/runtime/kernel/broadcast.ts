import { type Command, checkTopic, type Pid, ProcessError, shown } from '../../core/index.js';
import type { Kernel } from './kernel.js';
import type { Resident } from './resident.js';

/**
 * Sends a message to the members of a group, but not to those in `except`, and returns how many mailboxes
 * have taken it (G4), and how many members are known on other nodes (D49). A PID in `except` that is no member changes
 * nothing.
 *
 * @throws ProcessError `Invalid` for a bad name, topic or `except`.
 */
export function broadcast(
  kernel: Pick<Kernel<Resident>, 'groups' | 'find' | 'route'>,
  from: Pid | undefined,
  command: Omit<Extract<Command, { type: 'broadcast' }>, 'type'>,
): number {
  const { topic, payload, except } = command;
  const pids = except === undefined ? undefined : listed(except);
  const spared = pids && new Set<unknown>(pids.map((pid) => kernel.find(pid)));
  checkTopic(topic);
  const group = kernel.groups.find(command);
  if (group === undefined) return 0;
  const message = { topic, payload, from };
  const taken = kernel.groups.broadcast(group, message, spared);
  if (group.others === undefined) return taken;
  return taken + (kernel.route?.cast(group, message, pids ?? []) ?? 0);
}

function listed(except: Pid | readonly Pid[]): readonly Pid[] {
  const pids: unknown = typeof except === 'string' ? [except] : except;
  if (Array.isArray(pids)) return pids;
  throw new ProcessError('Invalid', `except is a PID or a list of PIDs, not ${shown(except)}`);
}
