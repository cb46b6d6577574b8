// Interleaved rounds: within a round every peer has its turn, and the order rotates from round to
// round, so that what changes on the machine meanwhile hits them alike.
import { setTimeout as sleep } from 'node:timers/promises';
import { holdLoad, type RunningServer, runLoad, startServer } from './children.js';
import { quiet } from './cpu.js';
import type { Peer } from './peers.js';
import type { FigureName, Mode } from './suite.js';

export interface Sample extends Readonly<Partial<Record<FigureName, number>>> {
  /** Share of a processor that the server and the client got. */
  readonly busy?: readonly [server: number, client: number];
}

/** The samples of each peer that went through all rounds, in the order of the rounds. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

export interface Plan {
  readonly rounds: number;
  readonly warmup: number;
  readonly duration: number;
  readonly idleConnections: number;
  /** Milliseconds that may be spent, over the whole run, on waiting and on repeating. */
  patience: number;
  /** Slices that were kept although something else took the processor. */
  disturbed: number;
  /** Why a peer failed, with the places where. */
  readonly failures: Map<string, string[]>;
}

/** Measures one mode; a peer that fails is noted in `plan.failures` and left out. */
export async function measure(name: string, mode: Mode, peers: readonly Peer[], plan: Plan) {
  const samples = new Map<string, Sample[]>();
  const servers = new Map<string, RunningServer>();
  const slice = mode.busy === undefined ? idleSlice : rateSlice;
  for (const peer of peers) samples.set(peer.name, []);
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const peer of rotated(peers, round)) {
      if (!samples.has(peer.name)) continue;
      progress(`${name} ${round + 1}/${plan.rounds} ${peer.name}`);
      try {
        samples.get(peer.name)?.push(await slice(peer, plan, mode, servers));
      } catch (error) {
        samples.delete(peer.name);
        const reasons = [(error as Error).message, servers.get(peer.name)?.complaints() ?? ''];
        const reason = `${peer.name}: ${reasons.join('\n').trim()}`;
        plan.failures.set(reason, [...(plan.failures.get(reason) ?? []), name]);
      }
    }
  }
  progress('');
  for (const server of servers.values()) await server.stop();
  return samples as Samples;
}

/** The items from the `by`-th on, then those before it. */
export function rotated<T>(items: readonly T[], by: number): T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

/** Shows on a terminal what is being measured, in place of what it showed before. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

type Slice = (
  peer: Peer,
  plan: Plan,
  mode: Mode,
  servers: Map<string, RunningServer>,
) => Promise<Sample>;

/** One slice with a rate, on a server that stays up for all rounds of the mode. */
const rateSlice: Slice = async (peer, plan, mode, servers) => {
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
const idleSlice: Slice = async (peer, plan, mode) => {
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
