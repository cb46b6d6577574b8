// npm run bench:echo: the relay beside its peers, as ratios within one run. See docs/performance.md.
import { parseArgs } from 'node:util';
import { pinned } from './lib/children.js';
import { type ModeName, modeNames } from './lib/modes.js';
import { baseline, peers } from './lib/peers.js';
import { table, verdicts } from './lib/report.js';
import { measure, type Plan, type Samples } from './lib/rounds.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    only: { type: 'string', default: modeNames.join() },
    servers: { type: 'string', default: peers.map((peer) => peer.name).join() },
    quick: { type: 'boolean', default: false },
  },
});

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

const only: readonly ModeName[] = chosen('only', values.only, modeNames);
const names = chosen(
  'servers',
  values.servers,
  peers.map((peer) => peer.name),
);
const measured = peers.filter((peer) => peer.name === baseline || names.includes(peer.name));
const { quick } = values;

const plan: Plan = {
  rounds: Number(values.rounds ?? (quick ? 1 : 3)),
  warmup: quick ? 300 : 600,
  duration: quick ? 600 : 1500,
  idleConnections: openFilesAllow(quick ? 2000 : 10_000),
  patience: quick ? 5000 : 45_000,
  disturbed: 0,
  failures: new Map(),
};

/** Both the server and the client need a descriptor a connection, and some of their own. */
function openFilesAllow(connections: number): number {
  const report = process.report?.getReport() as unknown as {
    userLimits?: { open_files?: { hard?: number | 'unlimited' } };
  };
  const hard = report?.userLimits?.open_files?.hard;
  return typeof hard === 'number' ? Math.min(connections, hard - 200) : connections;
}

console.log(
  `${plan.rounds} rounds of ${plan.duration} ms after ${plan.warmup} ms, Node ${process.version}; ` +
    (pinned ? 'server on CPU 0, client on CPU 1' : 'not pinned: no taskset or only one CPU'),
);
if (only.includes('idle')) console.log(`idle: ${plan.idleConnections} connections`);
console.log('');

const results = new Map<ModeName, Samples>();
for (const mode of only) {
  const taking = measured.filter((peer) => peer.only === undefined || peer.only === mode);
  const samples = await measure(mode, taking, plan);
  results.set(mode, samples);
  console.log(table(mode, samples));
}
console.log(verdicts(results));
if (plan.disturbed > 0) {
  console.log(`${plan.disturbed} slices were disturbed by other work on this machine and kept.`);
}
for (const [reason, where] of plan.failures)
  console.error(`FAILED in ${where.join()}: ${reason}\n`);
// The exit code says that the run took place; what it found is for the reader.
process.exit(0);
