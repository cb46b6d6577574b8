import { type Pid, ProcessError, shown } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';

/** `system.names`: the name registry (§8). */
export const namesApi = (kernel: Kernel<Process>) =>
  ({
    /** Registers a name. @throws ProcessError `NotFound` for a dead PID (R3), `AlreadyExists`, `Invalid`. */
    register: (name: string, pid: Pid): void => {
      kernel.names.register(
        name,
        kernel.own(pid, () => `cannot register ${shown(name)}`),
      );
    },
    /** The PID of the process that has the name, or `undefined`. */
    lookup: (name: string): Pid | undefined => kernel.names.find(text(name))?.pid,
    /** Releases a name; `false` if it was not registered (R2). */
    unregister: (name: string): boolean => kernel.names.unregister(text(name)),
  }) as const;

function text(name: unknown): string {
  if (typeof name === 'string') return name;
  throw new ProcessError('Invalid', `a name is a text, not ${shown(name)}`);
}
