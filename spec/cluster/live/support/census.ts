import { setImmediate as turn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import type { Cluster } from '../../../../lib/cluster/index.js';
import { Outlet } from '../../../../lib/cluster/link/outlet.js';
import { Session } from '../../../../lib/cluster/session.js';
import type { System } from '../../../../lib/index.js';
import { kernelOf, Monitor } from '../../../../lib/runtime/index.js';

/** What a node keeps: entries of its tables, and how many of each kind are in memory, whoever holds them. */
export async function census(system: System, cluster: Cluster) {
  const { processes, names, groups, calls } = system[kernelOf];
  return {
    ...{ processes: processes.size, groups: groups.size, calls: calls.size, names: names.size },
    titles: cluster.stats().names,
    sessions: await inMemory(Session),
    outboxes: await inMemory(Outlet),
    // Without the prototype of its heir.
    monitors: (await inMemory(Monitor)) - 1,
  };
}

/** Each look takes a while; beats and acknowledgements go out between two. */
async function inMemory(kind: new (...args: never[]) => object): Promise<number> {
  await turn();
  return Number(queryObjects(kind));
}
