import { type Duration, durationOption } from '../core/index.js';
import type { Host } from './hosts.js';
import type { Kernel } from './kernel.js';
import { KILL } from './signals.js';

const TIMEOUT = 10_000;

/** Stops one host (O2): refuses, stops all, and terminates whoever has not ended in time. */
export function stopHost(kernel: Kernel, id: string, timeout: Duration = TIMEOUT): Promise<void> {
  const millis = durationOption('timeout', timeout);
  const host = kernel.hosts.get(id);
  host.stopped ??= stop(kernel, host, millis);
  return host.stopped;
}

/** Stops every host at once, and waits for all. */
export async function stopAll(kernel: Kernel, timeout: Duration = TIMEOUT): Promise<void> {
  await Promise.all(kernel.hosts.all().map(({ id }) => stopHost(kernel, id, timeout)));
}

function stop(kernel: Kernel, host: Host, timeout: number): Promise<void> {
  host.phase = 'stopping';
  const residents = [...kernel.processes.values()].filter((process) => process.host === host);
  for (const process of residents) {
    if (process.mailbox.phase === 'open') process.mailbox.phase = 'stopping';
    kernel.queue.push(process, { signal: 'stop', timeout });
  }
  return new Promise((resolve) => {
    // The processes' own deadlines are their warning; this clock is the host's word.
    const clock = kernel.after(timeout, () => {
      for (const process of residents) kernel.queue.push(process, KILL);
    });
    host.onEmpty = () => {
      clock.unsubscribe();
      host.phase = 'stopped';
      host.onEmpty = undefined;
      resolve();
    };
    if (host.count === 0) host.onEmpty();
  });
}
