// What is done with one server for one sample.
import { setTimeout as sleep } from 'node:timers/promises';
import { holdLoad, type RunningServer, runLoad, startServer } from './children.js';
import { quiet } from './cpu.js';
import type { Peer } from './peers.js';
import type { Plan, Sample } from './rounds.js';
import type { Mode } from './suite.js';

/** Takes one sample. Servers that it puts into `servers` stay up for all rounds of the mode. */
export type Slice = (
  peer: Peer,
  plan: Plan,
  mode: Mode,
  servers: Map<string, RunningServer>,
) => Promise<Sample>;

/** One slice with a rate, on a server that stays up for all rounds of the mode. */
export const rateSlice: Slice = async (peer, plan, mode, servers) => {
  const known = servers.get(peer.name);
  const server = known ?? (await startServer(peer));
  servers.set(peer.name, server);
  // The first time a server also needs to be compiled hot.
  const warmup = known ? plan.warmup : 3 * plan.warmup;
  const times = ['--warmup', `${warmup}`, '--duration', `${plan.duration}`];
  let best: Sample | undefined;
  for (;;) {
    plan.patience -= Math.max(0, (await quiet(Math.min(plan.patience, 3000))) - 200);
    const start = performance.now();
    const result = await runLoad(server, [...mode.load, ...times]);
    const busy = [result.serverBusy ?? 1, result.clientBusy] as const;
    const sample = { ...result.figures, busy };
    if (!best || Math.max(...busy) > Math.max(...(best.busy ?? []))) best = sample;
    if (Math.max(...busy) >= (mode.busy ?? 0)) return sample;
    plan.patience -= performance.now() - start;
    if (plan.patience < 0) {
      plan.disturbed += 1;
      return best;
    }
  }
};

/** Memory per idle connection, on a server of its own. */
export const idleSlice: Slice = async (peer, plan, mode) => {
  const server = await startServer(peer);
  try {
    // Some connections first: what is loaded or compiled on the first use is no cost of the many.
    const leave = await holdLoad(server, [...mode.load, '--connections', '300']);
    await leave();
    await sleep(200);
    const before = await server.stats();
    const release = await holdLoad(server, [
      ...mode.load,
      '--connections',
      `${plan.idleConnections}`,
    ]);
    const after = await server.stats();
    await release();
    const each = (key: 'rss' | 'heapUsed') => (after[key] - before[key]) / plan.idleConnections;
    return { rss: each('rss'), heap: each('heapUsed') };
  } finally {
    await server.stop();
  }
};

/** What a subscription weighs, and what one costs to begin and to end, on a server of its own. */
export const subscriptionSlice: Slice = async (peer, plan, mode) => {
  const server = await startServer(peer);
  try {
    const connections = ['--connections', `${plan.idleConnections}`];
    const release = await holdLoad(server, [...mode.load, ...connections]);
    const before = await server.stats();
    await server.get(`/subscribe?each=${mode.each}`);
    const after = await server.stats();
    await server.get(`/leave?each=${mode.each}`);
    const times = (await server.get(`/time?each=${mode.each}`)) as Sample;
    await release();
    const count = plan.idleConnections * (mode.each ?? 1);
    return { ...times, bytes: (after.heapUsed - before.heapUsed) / count };
  } finally {
    await server.stop();
  }
};
