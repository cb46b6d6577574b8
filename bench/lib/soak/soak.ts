import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { kernelOf, type Process } from '../../../lib/runtime/index.js';
import { random } from '../../../lib/testing/live/random.js';
import { type Stage, start } from './stage.js';
import { Visitor } from './visitor.js';
import { WAYS } from './ways.js';
import { within } from './within.js';

/** What a soak has found. */
export interface Soaked {
  readonly connections: number;
  /** What was not as it must be, each with the way it belongs to. */
  readonly faults: readonly string[];
  /** Bytes that the heap has grown by, from a first part to the end, after garbage collections. */
  readonly heapGrowth: number;
}

/**
 * Has clients come, live and go in every way for so many seconds, by chance, and checks everything that must be
 * true of each; afterwards the server must be as it was.
 *
 * @param least how many connections there are to be, however much longer that takes
 */
export async function soak(seconds: number, seed: number, least = 0): Promise<Soaked> {
  const stage = await start();
  const baseline = await settled(stage);
  // The first part compiles, and fills what is kept for the next.
  const first = await spell(stage, Math.min(seconds / 4, 20), seed);
  const faults = [...first.faults, ...(await compare(stage, baseline))];
  const before = heap();
  const rest = least - first.connections;
  const second = await spell(stage, seconds - Math.min(seconds / 4, 20), seed + 1, rest);
  faults.push(...second.faults, ...(await compare(stage, baseline)));
  const heapGrowth = heap() - before;
  faults.push(...(await shutDown(stage)), ...(await compare(stage, baseline)));
  await stage.stop();
  return { connections: first.connections + second.connections, faults, heapGrowth };
}

const AT_ONCE = 60;
/** Faults are told up to here; what follows is mostly the same again. */
const ENOUGH = 20;

async function spell(stage: Stage, seconds: number, seed: number, least = 0) {
  const end = performance.now() + seconds * 1_000;
  const next = random(seed);
  const ways = Object.entries(WAYS);
  const faults: string[] = [];
  let connections = 0;
  const worker = async (): Promise<void> => {
    while ((performance.now() < end || connections < least) && faults.length < ENOUGH) {
      // In turn first, so that a short soak takes every way; then by chance.
      const at = connections < ways.length ? connections : Math.floor(next() * ways.length);
      const [name, way] = ways[at] as (typeof ways)[number];
      const own = random(seed * 1_000_003 + connections++);
      try {
        for (const fault of await way(stage, own)) faults.push(`${name}: ${fault}`);
      } catch (error) {
        faults.push(`${name}: ${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { connections, faults };
}

/** Some are open when their relay shuts down. */
async function shutDown(stage: Stage): Promise<string[]> {
  const last = Array.from({ length: 50 }, () => new Visitor(stage, '/second?every=1ms'));
  const all = async (): Promise<void> => {
    for (const { opened } of last) await opened;
    await stage.second.shutdown();
    for (const { peer } of last) await peer.ended;
  };
  await within(all(), () => 'the shutdown of a relay');
  const wrong = last.filter(({ peer }) => peer.code !== 1001);
  return wrong.map(({ peer }) => `shutdown: closed with ${peer.code}`);
}

/** Everything that could be left behind. */
async function census({ system, server, relay, second, lobby, room, ledgers }: Stage) {
  const connections = await new Promise((resolve) => {
    server.getConnections((_error, count) => resolve(count));
  });
  const kernel = system[kernelOf];
  const resources = process.getActiveResourcesInfo();
  return {
    // All but the counters, which only ever grow.
    processes: system.processes().map(({ handled, highWater, uptime, ...rest }) => rest),
    tables: [kernel.processes, kernel.names, kernel.groups, kernel.calls].map(({ size }) => size),
    residents: kernel.hosts.all().map(({ count }) => count),
    targets: [lobby, room].map((pid) => {
      const { monitors, links, mailbox } = kernel.processes.get(pid) as Process;
      return [monitors.length, links.size, mailbox.depth, mailbox.bytes];
    }),
    counts: [relay.count, second.count, ledgers.size],
    connections,
    timers: resources.filter((kind) => kind === 'Timeout').length,
    sockets: resources.filter((kind) => kind.startsWith('TCP')).length,
  };
}

async function settled(stage: Stage): Promise<object> {
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  return census(stage);
}

/** Waits until the server is as it was; after 5 s tells what is not. */
async function compare(stage: Stage, baseline: object): Promise<string[]> {
  const end = performance.now() + 5_000;
  for (;;) {
    const now = await settled(stage);
    if (isDeepStrictEqual(now, baseline)) return [];
    if (performance.now() > end) {
      return [`left behind: ${JSON.stringify(now)} instead of ${JSON.stringify(baseline)}`];
    }
  }
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** The heap after garbage collections. */
function heap(): number {
  for (let pass = 0; pass < 4; pass++) collect();
  return process.memoryUsage().heapUsed;
}
