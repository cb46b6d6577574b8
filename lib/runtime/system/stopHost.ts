import { type Duration, durationOption } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import { isStoppedBySupervisor } from '../process/supervision.js';
import type { Host } from '../registry/hostTable.js';
import type { Signal } from '../ties/signal.js';

/**
 * Stops one host (O2): it takes no new processes, stops all that it has, and terminates those that have not
 * ended in time. A supervised process is stopped by its supervisor, which ends last (O3). On misuse the
 * promise rejects, and nothing has changed.
 */
export async function stopHost(
  kernel: Kernel<Process>,
  id: string,
  timeout: Duration = TIMEOUT,
): Promise<void> {
  const millis = durationOption('timeout', timeout);
  const host = kernel.hosts.get(id);
  host.stopped ??= stop(kernel, host, millis);
  // Each process knows a deadline of its own; this timer ends those that ignore it. `clocks` is closed
  // once the host is empty.
  if (!host.clocks.closed)
    host.clocks.add(kernel.after(millis, () => killAll(kernel, host, millis)));
  return host.stopped;
}

const TIMEOUT = 10_000;

/** Closes first what depends on processes, such as relays, and then stops all hosts at the same time (O3). */
export async function stopAll(kernel: Kernel<Process>, millis: number): Promise<void> {
  const deadline = kernel.uptime() + millis;
  await within(
    kernel,
    deadline,
    [...kernel.dependents].map((close) => attempt(kernel, close)),
  );
  const left = Math.max(0, deadline - kernel.uptime());
  const hosts = kernel.hosts.close();
  // Marked before any is stopped, because a supervisor and its child may be on different hosts (O3).
  for (const host of hosts) if (host.phase === 'running') host.phase = 'stopping';
  await Promise.all(hosts.map(({ id }) => stopHost(kernel, id, left)));
  // Behind the last EXIT, so that other nodes hear of it (D64).
  await kernel.route?.close(Math.max(0, deadline - kernel.uptime()));
  kernel.events.log?.close();
}

/** Milliseconds that a shutdown may take. @throws ProcessError `Invalid`. */
export function shutdownTimeout(timeout: Duration = TIMEOUT): number {
  return durationOption('timeout', timeout);
}

/** Closes a dependent. If it fails, there is a warning event, and the shutdown goes on. */
async function attempt(kernel: Kernel<Process>, close: () => Promise<void>): Promise<void> {
  try {
    await close();
  } catch (error) {
    kernel.events.warning('shutdown', 'a dependent did not close', undefined, error);
  }
}

/** Waits for all promises, but not longer than until the deadline. */
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

function killAll(kernel: Kernel<Process>, host: Host, after: number): void {
  const kill: Signal = { signal: 'kill', after };
  for (const process of residents(kernel, host)) kernel.queue.push(process, kill);
}

function residents(kernel: Kernel<Process>, host: Host): Process[] {
  return [...kernel.processes.values()].filter((process) => process.host === host);
}
