// Interleaved rounds: within a round every peer has its turn, and the order rotates from round to
// round, so that what changes on the machine meanwhile hits them alike.
import type { RunningServer } from './children.js';
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
  for (const peer of peers) samples.set(peer.name, []);
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const peer of rotated(peers, round)) {
      if (!samples.has(peer.name)) continue;
      progress(`${name} ${round + 1}/${plan.rounds} ${peer.name}`);
      try {
        samples.get(peer.name)?.push(await mode.slice(peer, plan, mode, servers));
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
