import { type Duration, durationOption } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import { isStoppedBySupervisor } from '../process/supervision.js';
import type { Host } from '../registry/hostTable.js';
import { KILL } from '../ties/signal.js';

/**
 * Stops one host (O2): refuses, stops all, and terminates whoever has not ended in time. A supervised
 * process is stopped by its supervisor, which is the last of its tree (O3). Misuse rejects, as of every
 * function that returns a promise, and has changed nothing.
 */
export async function stopHost(
  kernel: Kernel<Process>,
  id: string,
  timeout: Duration = TIMEOUT,
): Promise<void> {
  const millis = durationOption('timeout', timeout);
  const host = kernel.hosts.get(id);
  host.stopped ??= stop(kernel, host, millis);
  // The processes' own deadlines are their warning; this clock is the host's word. Emptied, it is closed.
  if (!host.clocks.closed) host.clocks.add(kernel.after(millis, () => killAll(kernel, host)));
  return host.stopped;
}

const TIMEOUT = 10_000;

/** Closes what depends on the processes first, relays above all, then stops every host at once (O3). */
export async function stopAll(kernel: Kernel<Process>, millis: number): Promise<void> {
  const deadline = kernel.uptime() + millis;
  await within(
    kernel,
    deadline,
    [...kernel.dependents].map((close) => attempt(kernel, close)),
  );
  const left = Math.max(0, deadline - kernel.uptime());
  const hosts = kernel.hosts.close();
  // All at once: a supervisor here and its child there are stopping both (O3).
  for (const host of hosts) if (host.phase === 'running') host.phase = 'stopping';
  await Promise.all(hosts.map(({ id }) => stopHost(kernel, id, left)));
}

/** How long a shutdown may take, in milliseconds. @throws ProcessError `Invalid`. */
export function shutdownTimeout(timeout: Duration = TIMEOUT): number {
  return durationOption('timeout', timeout);
}

/** A dependent that fails to close is told of, and stops nobody else's end. */
async function attempt(kernel: Kernel<Process>, close: () => Promise<void>): Promise<void> {
  try {
    await close();
  } catch (error) {
    kernel.events.warning('shutdown', `a dependent did not close: ${error}`);
  }
}

/** Waits for all, and no longer than until the deadline. */
async function within(
  kernel: Kernel<Process>,
  deadline: number,
  promises: readonly Promise<void>[],
): Promise<void> {
  if (promises.length === 0) return;
  await new Promise<void>((resolve) => {
    const clock = kernel.after(Math.max(0, deadline - kernel.uptime()), resolve);
    Promise.all(promises).then(() => {
      clock.unsubscribe();
      resolve();
    });
  });
}

function stop(kernel: Kernel<Process>, host: Host, timeout: number): Promise<void> {
  host.phase = 'stopping';
  for (const process of residents(kernel, host)) {
    if (process.mailbox.phase === 'open') process.mailbox.phase = 'stopping';
    if (isStoppedBySupervisor(process)) continue;
    process.stop(timeout);
  }
  return new Promise((resolve) => {
    host.onEmpty = () => {
      host.clocks.unsubscribe();
      host.phase = 'stopped';
      host.onEmpty = undefined;
      resolve();
    };
    if (host.count === 0) host.onEmpty();
  });
}

function killAll(kernel: Kernel<Process>, host: Host): void {
  for (const process of residents(kernel, host)) kernel.queue.push(process, KILL);
}

function residents(kernel: Kernel<Process>, host: Host): Process[] {
  return [...kernel.processes.values()].filter((process) => process.host === host);
}
