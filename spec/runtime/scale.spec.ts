import { describe, expect, it } from '@jest/globals';
import { finalize, NEVER } from 'rxjs';
import type { Behavior, Pid, Self, System } from '../../lib/index.js';
import { deferred, quiet, tables, within } from '../support/runtime.js';

const MANY = 10_000;

/** How long one teardown takes, so that all of them outlast several batches of the run queue. */
const MICROS = 5;

const busy = (): void => {
  const end = performance.now() + MICROS / 1_000;
  while (performance.now() < end);
};

/** Spawns MANY processes, of which `tie` links each, once all have a PID. */
async function crowd(system: System, tie: (self: Self, i: number, pids: readonly Pid[]) => void) {
  const pids: Pid[] = [];
  const ready = deferred();
  const behavior: Behavior = (_inbox, self) => {
    const i = pids.indexOf(self.pid, Math.max(0, started));
    started = i;
    tie(self, i, pids);
    if (i === MANY - 1) ready.resolve();
    return NEVER.pipe(finalize(busy));
  };
  let started = 0;
  for (let i = 0; i < MANY; i++) pids.push(system.spawn(behavior));
  await within(ready.promise, 10_000);
  return pids;
}

/** Ends one process, and records in which order all ended and whether a timer fired meanwhile. */
async function bringDown(system: System, pids: readonly Pid[], first: Pid) {
  const ends = new Map<Pid, number>();
  const all = deferred();
  const timer = { firedAfter: -1 };
  setTimeout(() => {
    timer.firedAfter = ends.size;
  }, 1);
  system.events$.subscribe((event) => {
    if (event.type !== 'exited') return;
    ends.set(event.pid, (ends.get(event.pid) ?? 0) + 1);
    if (ends.size === pids.length) all.resolve();
  });
  system.exit(first, new Error('down'));
  await within(all.promise, 10_000);
  return { each: new Set(ends.values()), meanwhile: timer.firedAfter };
}

const link = (self: Self, pid: Pid | undefined): void => {
  if (pid !== undefined && pid !== self.pid) self.link(pid);
};

describe(`${MANY} linked processes`, () => {
  it.each<{
    how: string;
    tie: (self: Self, i: number, pids: readonly Pid[]) => void;
    first: number;
  }>([
    { how: 'in a chain', tie: (self, i, pids) => link(self, pids[i - 1]), first: 0 },
    {
      how: 'in a chain, from its middle',
      tie: (self, i, pids) => link(self, pids[i - 1]),
      first: MANY / 2,
    },
    { how: 'in a cycle', tie: (self, i, pids) => link(self, pids[(i + 1) % MANY]), first: 0 },
    { how: 'to a hub that ends', tie: (self, _i, pids) => link(self, pids[0]), first: 0 },
    {
      how: 'to a hub, one of which ends',
      tie: (self, _i, pids) => link(self, pids[0]),
      first: MANY - 1,
    },
  ])(
    '$how end once each, without a stack overflow, and a timer fires meanwhile (K8, M4)',
    async ({ tie, first }) => {
      const system = quiet();
      const pids = await crowd(system, tie);
      const { each, meanwhile } = await bringDown(system, pids, pids[first] as Pid);

      expect([[...each], tables(system)]).toEqual([
        [1],
        { processes: 0, names: 0, scopes: 0, calls: 0, residents: 0 },
      ]);
      expect(meanwhile).toBeGreaterThanOrEqual(0);
      expect(meanwhile).toBeLessThan(MANY);
    },
  );
});

describe(`${MANY} monitors`, () => {
  it('of one process each fire once (N6)', async () => {
    const system = quiet();
    const hub = system.spawn(() => NEVER);
    const seen = new Map<number, number>();
    const all = deferred();
    for (let i = 0; i < MANY; i++) {
      system.monitor(hub).subscribe(() => {
        seen.set(i, (seen.get(i) ?? 0) + 1);
        if (seen.size === MANY) all.resolve();
      });
    }
    system.terminate(hub);
    await within(all.promise);

    expect([...new Set(seen.values())]).toEqual([1]);
  });

  it('of one process are given back in constant time each (N4)', () => {
    const system = quiet();
    const hub = system.spawn(() => NEVER);
    const monitors = Array.from({ length: MANY * 10 }, () => system.monitor(hub).subscribe());
    const begun = process.cpuUsage();
    for (const monitor of monitors) monitor.unsubscribe();

    // A search through what is left would take minutes of the processor's time, of which others may have some meanwhile.
    expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000);
  });
});
