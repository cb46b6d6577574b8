import { VirtualTimeScheduler } from 'rxjs';
import {
  type Cluster,
  type ClusterOptions,
  incarnate,
  joinCluster,
} from '../../../lib/cluster/index.js';
import { type MemoryNats, memoryNats } from '../../../lib/testing/cluster/memoryNats.js';
import { type TestSystem, testSystem } from '../../../lib/testing/live/testSystem.js';

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
}

/** Options of every node, how many milliseconds they have at first, and the seed of the server. */
export interface NodesOptions extends ClusterOptions {
  readonly warm?: number;
  readonly seed?: number;
}

/** Nodes `a`, `b`, … that are up and know each other, if so much time is given; 3 s are enough. */
export function nodesOf(
  names: readonly string[],
  { warm = 4_000, seed = 1, ...options }: NodesOptions = {},
): Nodes {
  const scheduler = new VirtualTimeScheduler();
  const nats = memoryNats({ scheduler, seed });
  const nodes = names.map((name) => {
    const system = testSystem({ scheduler, node: incarnate(name, '1') });
    return { system, cluster: joinCluster(system, { ...options, transport: nats.transport() }) };
  });
  const advance = (millis: number): void => {
    const [first] = nodes;
    first?.system.advance(millis);
  };
  advance(warm);
  return { nats, scheduler, nodes, advance };
}
