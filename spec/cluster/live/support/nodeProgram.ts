// One node of a cluster as a process of its own, which does what `liveNode.ts` says. Its argument: `NodeSettings` as JSON.
import {
  filter,
  firstValueFrom,
  forkJoin,
  ignoreElements,
  interval,
  map,
  NEVER,
  retry,
  tap,
} from 'rxjs';
import { incarnate, joinCluster } from '../../../../lib/cluster/index.js';
import { createSystem, type Pid, reply } from '../../../../lib/index.js';
import { heapUsed } from '../../../support/memory.js';
import { census } from './census.js';
import { Crowd, type CrowdSize, Directory } from './crowd.js';
import { Flood } from './flood.js';
import { TITLES } from './holders.js';
import { Runs } from './runs.js';

/** How a node is started. */
export interface NodeSettings {
  readonly name: string;
  readonly servers: string | readonly string[];
  /** Options of the client of NATS. */
  readonly nats?: Readonly<Record<string, unknown>>;
}

/** What a node tells by itself. */
export type NodeEvent =
  | { readonly type: 'up'; readonly node: string }
  | { readonly type: 'down'; readonly node: string; readonly reason: string }
  | { readonly type: 'exit'; readonly pid: Pid; readonly reason: string }
  | { readonly type: 'status'; readonly status: string }
  | { readonly type: 'warning'; readonly code: string };

const { name, servers, nats }: NodeSettings = JSON.parse(process.argv[2] as string);
const system = createSystem({ node: incarnate(name), logger: false });
const directory = new Directory(system);
const cluster = joinCluster(system, { servers, nats, meta: directory.pid });
const { id } = cluster.node;

const tell = (event: NodeEvent): void => void process.send?.({ event });
cluster.status$.subscribe((status) => tell({ type: 'status', status }));
cluster.nodes$.subscribe((event) => {
  if (event.kind === 'node.up') tell({ type: 'up', node: event.node.id });
  if (event.kind === 'node.down') tell({ type: 'down', node: event.node.id, reason: event.reason });
});
system.events$.subscribe((event) => {
  if (event.type === 'warning') tell({ type: 'warning', code: event.code });
});

const runs = new Runs();
const counter = system.spawn((inbox) =>
  inbox.pipe(
    tap(({ payload }) => runs.add(...(payload as [by: string, n: number]))),
    ignoreElements(),
  ),
);
const echo = system.spawn((inbox) => inbox.pipe(map((message) => reply(message, message.payload))));
const idle = system.spawn(() => NEVER);
const floods = new Map<Pid, Flood>();
let crowd: Crowd | undefined;
let heapBefore = 0;

/** All that a node does when it is told to. */
const commands = {
  /** Resolves when it has joined, to what others need of it. */
  ready: async () => {
    await cluster.ready();
    return { id, counter, echo, idle };
  },
  watch: (pid: Pid) => {
    system.monitor(pid).subscribe(({ reason }) => tell({ type: 'exit', pid, reason: reason.type }));
  },
  /** Sends consecutive numbers to a counter, so many a millisecond. */
  flood: (to: Pid, rate: number) => {
    const flood = floods.get(to) ?? new Flood((n) => system.send(to, 'number', [id, n]));
    floods.set(to, flood);
    flood.start(rate);
  },
  /** How many numbers were taken so far. */
  sent: (to: Pid) => floods.get(to)?.sent ?? 0,
  /** The same, and it sends no more. */
  stop: (to: Pid) => {
    floods.get(to)?.stop();
    return floods.get(to)?.sent ?? 0;
  },
  /** What has come of a node, as ranges of consecutive numbers. */
  runs: (by: string) => runs.of(by),
  /** Resolves when a number of a node has come. */
  reaches: (by: string, n: number) => runs.reaches(by, n),
  send: (to: Pid, n: number) => system.send(to, 'number', [id, n]),
  /** Sends a text of so many characters to an echo; resolves to whether it came back, or the code of the error. */
  call: async (to: Pid, size: number) => {
    const text = 'x'.repeat(size);
    try {
      return (await firstValueFrom(system.call(to, 'echo', text))) === text;
    } catch (error) {
      return (error as { code: string }).code;
    }
  },
  exit: (pid: Pid) => system.exit(pid, { type: 'shutdown' }),
  nodes: () => cluster.nodes().map((node) => node.id),
  /** Blocks the event loop, but for it no processor. */
  block: (millis: number) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
  },
  /** Begins to do things at random with the processes of other nodes, ten at once and then a pause. */
  soak: (size: CrowdSize, pause: number) => {
    heapBefore = heapUsed();
    crowd = new Crowd(system, cluster, directory, size);
    crowd.begin(pause);
  },
  rest: () => crowd?.rest(),
  report: () => (crowd as Crowd).report(),
  /** Resolves when these nodes are up, and no others. */
  sees: async (ids: readonly string[]) => {
    const wanted = ids.toSorted().join();
    const seen = () =>
      cluster
        .nodes()
        .map((node) => node.id)
        .toSorted()
        .join();
    await firstValueFrom(cluster.nodes$.pipe(filter(() => seen() === wanted)));
  },
  /** Claims all names until it is told who has them: NATS or a node that was just lost may be in the way. */
  claimAll: () => {
    const claims = TITLES.map((title) =>
      cluster.names.claim(title, 'holder', { args: [title] }).pipe(retry({ delay: 100 })),
    );
    return firstValueFrom(forkJoin(claims));
  },
  /** Who has the names by this node's copy, and by the bucket. */
  owners: async () => {
    const found$ = forkJoin(TITLES.map((title) => cluster.names.find(title)));
    const found = (await firstValueFrom(found$)).map((owner) => owner?.pid);
    return { known: TITLES.map((title) => cluster.names.lookup(title)), found };
  },
  end: () => crowd?.end(),
  dismiss: () => crowd?.dismiss(),
  /** Resolves when others have acknowledged all that was sent. */
  acknowledged: async () => {
    const waits = () =>
      cluster.stats().peers.some(({ unacknowledged }) => unacknowledged.bytes > 0);
    await firstValueFrom(interval(10).pipe(filter(() => !waits())));
  },
  census: async () => ({ ...(await census(system, cluster)), growth: heapUsed() - heapBefore }),
  /** What processes here have with those of each other node. */
  counts: () => cluster.counts(),
  /** Leaves, and then the process, if nothing is left that keeps it. */
  finish: async () => {
    await system.shutdown();
    process.off('disconnect', exit);
    setImmediate(() => process.disconnect());
  },
  leave: () => cluster.leave(),
  shutdown: () => system.shutdown(),
};
export type Commands = typeof commands;

process.on('message', async ({ key, command, args }: NodeRequest) => {
  try {
    const value = await (commands[command] as (...args: unknown[]) => unknown)(...args);
    process.send?.({ key, value });
  } catch (error) {
    process.send?.({ key, error: (error as { code?: string }).code ?? String(error) });
  }
});
// Whoever has started it is gone.
const exit = (): void => process.exit();
process.on('disconnect', exit);

/** What comes from `liveNode.ts`. */
export interface NodeRequest {
  readonly key: number;
  readonly command: keyof Commands;
  readonly args: readonly unknown[];
}
