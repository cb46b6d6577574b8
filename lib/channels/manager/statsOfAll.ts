import { ProcessError, shown, suggestion } from '../../core/index.js';
import type { Stats } from '../../protocol/index.js';
import type { Inside } from './inside.js';
import { lagOf, statsOf } from './statsOf.js';

/**
 * What all nodes of a cluster have counted, as sums, or one of them; on a server that is in none, its own (CN50).
 *
 * @param node the name of one
 * @throws ProcessError `NotFound`: there is none of this name, or no cluster.
 */
export function statsOfAll(inside: Inside, node?: string): Stats {
  const figures = inside.broker.fellows?.clients.figures;
  if (figures === undefined) {
    if (node === undefined) return statsOf(inside, lagOf(inside));
    throw new ProcessError('NotFound', `no node ${shown(node)}: the server is in no cluster`);
  }
  const { name, others, counted } = figures;
  // Where others are told of it, that has read it, and begun anew.
  const lag = counted?.process.event_loop_p99_ms ?? lagOf(inside);
  const all = [[name, statsOf(inside, lag)] as const, ...others];
  if (node === undefined) return sumOf(inside, all);
  const found = all.find((each) => each[0] === node);
  if (found !== undefined) return { ...found[1], nodes: [node] };
  const names = all.map((each) => each[0]);
  const hint = suggestion(node, names) || `; there are ${names.join(', ')}`;
  throw new ProcessError('NotFound', `no node ${shown(node)}${hint}`);
}

/** Has other nodes be told what this one has counted. */
export function shareStats(inside: Inside): void {
  const figures = inside.broker.fellows?.clients.figures;
  // The event loop is watched where somebody asks for it.
  const lag = (): number | null => (inside.isWatched ? lagOf(inside) : null);
  if (figures !== undefined) figures.count = () => statsOf(inside, lag());
}

type Named = readonly [name: string, stats: Stats];

/** Of what each has counted. When and how long is that of this node; presence is one list of all. */
function sumOf(inside: Inside, all: readonly Named[]): Stats {
  const each = all.map(([, stats]) => stats);
  const [own] = each as [Stats];
  const sum = each.reduce((one, other) => added(one, other) as Stats);
  const lags = each.map(({ process }) => process.event_loop_p99_ms ?? -1);
  const worst = Math.max(...lags);
  return {
    ...sum,
    ...{ admin: own.admin, at: own.at, uptime_ms: own.uptime_ms },
    nodes: all.map(([name]) => name),
    presence: { ...sum.presence, ...present(inside) },
    process: { ...sum.process, event_loop_p99_ms: worst < 0 ? null : worst },
  };
}

/** A key is one, on however many nodes. */
function present({ broker }: Inside): Pick<Stats['presence'], 'keys' | 'entries'> {
  const lists = [...broker.channels.presences].map(({ list }) => list);
  const entries = lists.flat().reduce((count, { metas }) => count + metas.length, 0);
  return { keys: lists.flat().length, entries };
}

/** Numbers with each other, and tables by their keys. */
function added(one: unknown, other: unknown): unknown {
  if (typeof one === 'number' || typeof other === 'number')
    return Number(one ?? 0) + Number(other ?? 0);
  if (typeof one !== 'object' || typeof other !== 'object') return one ?? other;
  const [first, second] = [Object(one), Object(other)];
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries([...keys].map((key) => [key, added(first[key], second[key])]));
}
