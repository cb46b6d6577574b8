import { expect } from '@jest/globals';
import type { Observable } from 'rxjs';
import type { Pid } from '../../../lib/index.js';
import { idle } from '../../support/runtime.js';
import { type Node, type Nodes, type NodesOptions, nodesOf } from '../support/nodes.js';

/** What has come of an observable: `value …`, `error <code>` or `done`. */
export function outcome(source: Observable<unknown>): unknown[] {
  const log: unknown[] = [];
  source.subscribe({
    next: (value) => log.push(value),
    error: (error) => log.push(`${error.code}`),
    complete: () => log.push('done'),
  });
  return log;
}

/** Nodes that are up, by their names. */
export function site<const N extends readonly string[]>(
  names: N,
  options: NodesOptions = {},
): Nodes & { readonly [K in N[number]]: Node } {
  const nodes = nodesOf(names, options);
  const byName = Object.fromEntries(names.map((name, at) => [name, nodes.nodes[at]]));
  return { ...nodes, ...byName } as Nodes & { readonly [K in N[number]]: Node };
}

/** A process that has a name of the cluster. */
export function named({ system, cluster }: Node, name: string, advance: (ms: number) => void): Pid {
  const pid = system.spawn(idle);
  const got = outcome(cluster.names.register(name, pid));
  advance(10);
  expect(got).toEqual([{ pid, revision: expect.any(Number) }, 'done']);
  return pid;
}

/** Who has a name, as each node knows it. */
export const lookups = (nodes: readonly Node[], name: string): (Pid | undefined)[] =>
  nodes.map(({ cluster }) => cluster.names.lookup(name));

/** Who has a name by the bucket, read from this node. */
export function found({ cluster }: Node, name: string, advance: (ms: number) => void): unknown {
  const log = outcome(cluster.names.find(name));
  advance(10);
  const [first] = log as [{ pid?: Pid } | string | undefined];
  return typeof first === 'object' ? first.pid : first;
}

/** The warnings of a node from now on. */
export function warnings({ system }: Node): string[] {
  const log: string[] = [];
  system.events$.subscribe((event) => {
    if (event.type === 'warning') log.push(event.code);
  });
  return log;
}
