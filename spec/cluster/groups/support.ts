import { type ClusterOptions, incarnate, joinCluster } from '../../../lib/cluster/index.js';
import type { Pid, SystemEvent } from '../../../lib/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { collect, idle } from '../../support/runtime.js';
import { type Node, type Nodes, nodesOf } from '../support/nodes.js';

/** Longer than a change takes to be known everywhere, in milliseconds. */
export const SOON = 10;

/** Longer than it takes to be taken for dead (D6). */
export const SILENCE = 2_000;

/** Longer than it takes to be linked again. */
export const LINKED = 6_000;

/** So many nodes, each with the names of `system` and `cluster`, and what moves them. */
export function cluster<N extends readonly string[]>(
  names: readonly [...N],
  options: ClusterOptions = {},
) {
  const world = nodesOf(names, options);
  const nodes = world.nodes as { [K in keyof N]: Node };
  return { ...world, nodes };
}

/** One more node. */
export function come(
  { scheduler, nats }: Nodes,
  name: string,
  incarnation = '1',
  options: ClusterOptions = {},
): Node {
  const system = testSystem({ scheduler, node: incarnate(name, incarnation) });
  return { system, cluster: joinCluster(system, { ...options, transport: nats.transport() }) };
}

/** So many processes that only live. */
export function crowd({ system }: Node, count: number): Pid[] {
  return Array.from({ length: count }, () => system.spawn(idle));
}

/** What a node sees of a group. */
export const membersOf = ({ system }: Node, group = 'g'): readonly Pid[] =>
  system.groups.members(group);

/** The warnings and drops of a node, from now on. */
export function troubles({ system }: Pick<Node, 'system'>): unknown[] {
  const all: unknown[] = [];
  collect(system.events$, (event: SystemEvent) => {
    if (event.type === 'warning') all.push([event.code, event.message]);
    if (event.type === 'drop') all.push(['drop', event.reason, event.count, event.pid]);
  });
  return all;
}
