// One contender of one case in a process of its own, so that no other has filled its inline caches:
//   child.ts <peer> time <workload> <milliseconds> [<operations>]
//   child.ts <peer> bytes <population> <count>
// Prints one number: nanoseconds of processor time per operation, or bytes of heap per process.
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../report.js';
import type { Peer, Population, Workload } from './workload.js';

const SLICES = 7;

/** Processor milliseconds of one slice, all threads: what others do meanwhile is not in it. */
async function slice(workload: Workload, count: number): Promise<number> {
  const run = await workload(count);
  // What making ready has left to the collector is no cost of what is timed.
  for (let pass = 0; pass < 2; pass++) globalThis.gc?.({ type: 'minor', execution: 'sync' });
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Half of the time to run hot and to find out how many operations fill a slice, half to measure. */
async function time(workload: Workload, budget: number, fixed: number): Promise<number> {
  const wanted = budget / 2 / SLICES;
  let count = fixed || 1_000;
  for (let spent = 0; spent < budget / 2; ) {
    const millis = Math.max(0.1, await slice(workload, count));
    spent += millis;
    if (fixed === 0 && millis < wanted) {
      count = 1_000 * Math.ceil((count * Math.min(10, wanted / millis)) / 1_000);
    }
  }
  const samples: number[] = [];
  for (let taken = 0; taken < SLICES; taken++) {
    samples.push((await slice(workload, count)) / count);
  }
  return median(samples) * 1e6;
}

async function bytes(population: Population, count: number): Promise<number> {
  // Some first: what is loaded or compiled on the first use is no cost of the many.
  await population(1_000);
  const before = await heap();
  const kept = await population(count);
  const after = await heap();
  // Named after the weighing, so that it was alive until here.
  return kept === undefined ? Number.NaN : (after - before) / count;
}

async function heap(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('start it with --expose-gc');
  // More than one pass: finalisers free further objects.
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc();
    await sleep(20);
  }
  return process.memoryUsage().heapUsed;
}

const [name = '', kind = '', does = '', amount = '', fixed = '0'] = process.argv.slice(2);
const { peer } = (await import(`./${name}.js`)) as { peer: Peer };
const figure =
  kind === 'time'
    ? await time(peer.workloads[does] as Workload, Number(amount), Number(fixed))
    : await bytes(peer.populations[does] as Population, Number(amount));
console.log(figure);
// An actor with a timer must not keep the process.
process.exit(0);
