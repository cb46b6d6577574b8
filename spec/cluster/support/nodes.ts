import { VirtualTimeScheduler } from 'rxjs';
import {
  type Cluster,
  type ClusterOptions,
  incarnate,
  joinCluster,
} from '../../../lib/cluster/index.js';
import { type MemoryNats, memoryNats } from '../../../lib/testing/cluster/memoryNats.js';
import {
  type TestSystem,
  type TestSystemOptions,
  testSystem,
} from '../../../lib/testing/live/testSystem.js';
import { OwnClock } from './ownClock.js';

/** One node of a cluster in virtual time. */
export interface Node {
  readonly system: TestSystem;
  readonly cluster: Cluster;
}

/** Several nodes on one clock and one server in memory. */
export interface Nodes {
  readonly nats: MemoryNats;
  readonly scheduler: VirtualTimeScheduler;
  readonly nodes: readonly Node[];
  /** Lets time pass for all, so many milliseconds. */
  advance(millis: number): void;
  /** Whether the turns of a node wait, as if it had much to do, while time passes and NATS is heard. */
  busy(name: string, isBusy: boolean): void;
}

/** Options of their systems and of the cluster. */
export interface NodesOptions extends ClusterOptions {
  /** Milliseconds before it begins; default 4,000. */
  readonly warm?: number;
  /** Of the server; default 1. */
  readonly seed?: number;
  readonly mailbox?: TestSystemOptions['mailbox'];
}

/** Nodes `a`, `b`, … that are up and know each other, if so much time is given; 3 s are enough. */
export function nodesOf(
  names: readonly string[],
  { warm = 4_000, seed = 1, mailbox, ...options }: NodesOptions = {},
): Nodes {
  const scheduler = new VirtualTimeScheduler();
  const nats = memoryNats({ scheduler, seed });
  const clocks = new Map(names.map((name) => [name, new OwnClock(scheduler)]));
  const nodes = names.map((name) => {
    const own = clocks.get(name)?.scheduler;
    const system = testSystem({ scheduler: own, node: incarnate(name, '1'), mailbox });
    const cluster = joinCluster(system, { ...options, transport: nats.transport() });
    return { system, cluster };
  });
  const advance = (millis: number): void => {
    const [first] = nodes;
    first?.system.advance(millis);
  };
  advance(warm);
  const busy = (name: string, isBusy: boolean): void => clocks.get(name)?.hold(isBusy);
  return { nats, scheduler, nodes, advance, busy };
}
