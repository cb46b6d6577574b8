import { ProcessError, type Self } from '../../core/index.js';
import type { Process } from './process.js';
import { ProcessSelf } from './processSelf.js';

/**
 * The process behind a `Self`, for other folders of this library, not for its users.
 *
 * @throws ProcessError `Invalid` for a `Self` of no system, as `fakeSelf` makes them.
 */
export function processOf(self: Self, what: string): Process {
  const process = ProcessSelf.processOf(self);
  if (process !== undefined) return process;
  const hint = 'spawn it in a testSystem, whose time is virtual';
  throw new ProcessError('Invalid', `${what} needs a process of a system, not a fake: ${hint}`);
}
