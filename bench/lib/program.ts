// The program of a benchmark of servers: its options, its rounds, its tables.
import { parseArgs } from 'node:util';
import { pinned } from './children.js';
import { baseline } from './peers.js';
import { table, verdicts } from './report.js';
import { measure, type Plan, type Samples } from './rounds.js';
import type { Suite } from './suite.js';

/** Measures what the command line asks for, prints it, and ends the process. */
export async function program<M extends string>({ modes, peers, targets }: Suite<M>) {
  const modeNames = Object.keys(modes) as M[];
  const peerNames = peers.map((peer) => peer.name);
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      only: { type: 'string', default: modeNames.join() },
      servers: { type: 'string', default: peerNames.join() },
      quick: { type: 'boolean', default: false },
    },
  });
  const only = chosen('only', values.only, modeNames);
  const names = chosen('servers', values.servers, peerNames);
  const measured = peers.filter((peer) => peer.name === baseline || names.includes(peer.name));
  const plan = planOf(values.quick, values.rounds);
  introduce(plan);
  if (only.some((name) => modes[name].busy === undefined)) {
    console.log(`idle: ${plan.idleConnections} connections`);
  }
  console.log('');

  const results = new Map<string, Samples>();
  for (const name of only) {
    const taking = measured.filter((peer) => peer.only === undefined || peer.only === name);
    const samples = await measure(name, modes[name], taking, plan);
    results.set(name, samples);
    console.log(table(modes[name], samples));
  }
  console.log(verdicts(modes, targets, results));
  if (plan.disturbed > 0) {
    console.log(`${plan.disturbed} slices were disturbed by other work on this machine and kept.`);
  }
  for (const [reason, where] of plan.failures)
    console.error(`FAILED in ${where.join()}: ${reason}\n`);
  // The exit code says that the run took place; what it found is for the reader.
  process.exit(0);
}

/** The names of a comma-separated option; one that does not exist ends the run. */
function chosen<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !known.some((one) => one === name));
  if (wrong !== undefined) {
    console.error(`--${option}: no '${wrong}'; there are ${known.join(', ')}`);
    process.exit(2);
  }
  return known.filter((name) => names.includes(name));
}

function planOf(quick: boolean, rounds: string | undefined): Plan {
  return {
    rounds: Number(rounds ?? (quick ? 1 : 3)),
    warmup: quick ? 300 : 600,
    duration: quick ? 600 : 1500,
    idleConnections: openFilesAllow(quick ? 2000 : 10_000),
    patience: quick ? 5000 : 45_000,
    disturbed: 0,
    failures: new Map(),
  };
}

/** Both the server and the client need a descriptor a connection, and some of their own. */
export function openFilesAllow(connections: number): number {
  const report = process.report?.getReport() as unknown as {
    userLimits?: { open_files?: { hard?: number | 'unlimited' } };
  };
  const hard = report?.userLimits?.open_files?.hard;
  return typeof hard === 'number' ? Math.min(connections, hard - 200) : connections;
}

function introduce({ rounds, duration, warmup }: Plan): void {
  const where = pinned
    ? 'server on CPU 0, client on CPU 1'
    : 'not pinned: no taskset or only one CPU';
  console.log(
    `${rounds} rounds of ${duration} ms after ${warmup} ms, Node ${process.version}; ${where}`,
  );
}
