import type { Duration } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import type { HostOptions } from '../registry/hostTable.js';
import { stopHost } from './stopHost.js';

/** `system.hosts`: the places processes run in (§11). */
export const hostsApi = (kernel: Kernel<Process>) =>
  ({
    /** @throws ProcessError `AlreadyExists`, `Invalid` (O1). */
    add: (id: string, options?: HostOptions): void => kernel.hosts.add(id, options),
    /** Stops a host's processes; what has asked for time gets `timeout`, default 10 s (O2). */
    stop: (id: string, options: { readonly timeout?: Duration } = {}): Promise<void> =>
      stopHost(kernel, id, options.timeout),
  }) as const;
