import type { Pid } from '../../core/index.js';

/**
 * The members of a group on other nodes of a cluster, by the ids of these: their PIDs with their joins (G2), or only how
 * many they are (D48). A node that has none is not in it, and a group without such nodes has no `Others`.
 */
export type Others = Map<string, Part>;

/** The members on one other node. */
export type Part = Map<Pid, number> | number;

/** How many processes these are. */
export function sizeOf(part: Part): number {
  return typeof part === 'number' ? part : part.size;
}

/** One PID for each join, as far as PIDs are known. */
export function pidsOf(part: Part): Pid[] {
  return typeof part === 'number' ? [] : repeated(part);
}

/** Each key as often as its number says. */
export function repeated<T>(counts: ReadonlyMap<T, number>): T[] {
  return [...counts].flatMap(([each, count]) => new Array<T>(count).fill(each));
}
