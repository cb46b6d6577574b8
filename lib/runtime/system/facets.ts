import { type Duration, type Pid, ProcessError, shown } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import type { HostOptions } from '../registry/hosts.js';
import { stopHost } from './shutdown.js';

export { groupsOf } from './groupsFacet.js';

function text(name: unknown): string {
  if (typeof name === 'string') return name;
  throw new ProcessError('Invalid', `a name is a text, not ${shown(name)}`);
}

/** `system.names`: the name registry (§8). */
export const namesOf = (kernel: Kernel<Process>) =>
  ({
    /** @throws ProcessError `NotFound` for a dead PID (R3), `AlreadyExists`, `Invalid`. */
    register: (name: string, pid: Pid): void => {
      const process = kernel.find(pid);
      if (process === undefined) {
        throw new ProcessError('NotFound', `cannot register ${shown(name)}: no process ${pid}`);
      }
      kernel.names.register(name, process);
    },
    /** The owner, or `undefined`. */
    lookup: (name: string): Pid | undefined => kernel.names.find(text(name))?.pid,
    /** Whether the name was registered (R2). */
    unregister: (name: string): boolean => kernel.names.unregister(text(name)),
  }) as const;

/** `system.hosts`: the places processes run in (§11). */
export const hostsOf = (kernel: Kernel<Process>) =>
  ({
    /** @throws ProcessError `AlreadyExists`, `Invalid` (O1). */
    add: (id: string, options?: HostOptions): void => kernel.hosts.add(id, options),
    /** Stops a host's processes; what has asked for time gets `timeout`, default 10 s (O2). */
    stop: (id: string, options: { readonly timeout?: Duration } = {}): Promise<void> =>
      stopHost(kernel, id, options.timeout),
  }) as const;
