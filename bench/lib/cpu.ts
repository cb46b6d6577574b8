// Processor time of a process and of the machine, where Linux's /proc tells it.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Nanoseconds that a process has run, all threads: `user` is the part outside the kernel, in steps of 10 ms. */
export interface CpuTime {
  readonly all: number;
  readonly user: number;
}

/** The processor time of a process so far; undefined where there is no /proc. */
export function cpuTime(pid: number): CpuTime | undefined {
  try {
    const { user, system } = ticks(pid);
    return { all: scheduled(pid) ?? user + system, user };
  } catch {
    return undefined;
  }
}

/** To the nanosecond; undefined on kernels that are built without schedstat. */
function scheduled(pid: number): number | undefined {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const times = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8'));
    return times.reduce((sum, line) => sum + Number.parseInt(line, 10), 0);
  } catch {
    return undefined;
  }
}

function ticks(pid: number): { user: number; system: number } {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold blanks; user and system ticks are fields 14 and 15.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { user: Number(fields[11]) * 1e7, system: Number(fields[12]) * 1e7 };
}

/** Processors in use on the whole machine (0.1 = a tenth of one) during the next `span` ms. */
async function load(span: number): Promise<number> {
  const before = busyTicks();
  await sleep(span);
  return (busyTicks() - before) / (span / 10);
}

function busyTicks(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return user + nice + system + irq + softirq;
}

/** Waits, at most `limit` ms, until the rest of the machine is quiet; returns the ms it took. */
export async function quiet(limit: number): Promise<number> {
  const start = performance.now();
  try {
    while ((await load(200)) > 0.1 && performance.now() - start < limit);
  } catch {
    // No /proc/stat: measure without looking.
  }
  return performance.now() - start;
}
