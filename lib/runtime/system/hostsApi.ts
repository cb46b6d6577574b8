import { type Duration, knownOptions } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import type { HostOptions } from '../registry/hostTable.js';
import { stopHost } from './stopHost.js';

/** `system.hosts`: the named places in which processes run (§11). */
export const hostsApi = (kernel: Kernel<Process>) =>
  ({
    /** Adds a host. @throws ProcessError `AlreadyExists`, `Invalid`, `Unavailable` at shutdown (O1, O3). */
    add: (id: string, options?: HostOptions): void => kernel.hosts.add(id, options),
    /** Stops a host and its processes; those that ask for time get `timeout`, default 10 s (O2). */
    stop: async (
      id: string,
      options: { readonly timeout?: Duration | undefined } = {},
    ): Promise<void> => {
      knownOptions('hosts.stop', options, { timeout: true });
      return stopHost(kernel, id, options.timeout);
    },
  }) as const;
