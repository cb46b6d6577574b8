import type { Mark } from '../../wire/life.js';

/**
 * Marbles as they are drawn: those of a row that would cover each other are one. A cluster begins with its first marble
 * and is as wide as one, so that later marbles change nothing of what is drawn already.
 *
 * @param marks in the order of their times
 * @param scale pixels a millisecond
 */
export function clustersOf(marks: readonly Mark[], scale: number): readonly Cluster[] {
  const last = new Map<string, Cluster & { readonly marks: Mark[] }>();
  const clusters: Cluster[] = [];
  for (const mark of marks) {
    const row = `${mark.pid} ${mark.row}`;
    const cluster = last.get(row);
    if (cluster !== undefined && (mark.at - cluster.at) * scale < SIZE) {
      cluster.marks.push(mark);
      continue;
    }
    const next = { key: mark.n, pid: mark.pid, row: mark.row, at: mark.at, marks: [mark] };
    last.set(row, next);
    clusters.push(next);
  }
  return clusters;
}

/** Pixels: how wide a marble is, with the gap to the next one. */
export const SIZE = 24;

/** One marble, or several at the same place. */
export interface Cluster {
  /** The number of its first marble. */
  readonly key: number;
  readonly pid: string;
  readonly row: Mark['row'];
  readonly at: number;
  readonly marks: readonly Mark[];
}
