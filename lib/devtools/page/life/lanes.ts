import type { Mark } from '../../wire/life.js';
import type { Cluster } from './clustersOf.js';

/** Where the rows of the lanes are drawn, from top to bottom, in pixels. */
export const lanes = {
  /** The height of all. */
  height: (count: number): number => AXIS + count * LANE,

  /** The upper edge of a lane. */
  top: (lane: number): number => AXIS + lane * LANE,

  /** The middle of a row of a lane. Its end stands across all its rows. */
  y: (lane: number, row: Mark['row']): number =>
    lanes.top(lane) +
    HEAD +
    (row === 'end' ? (ROWS.length * ROW) / 2 : ROWS.indexOf(row) * ROW + ROW / 2),

  /** The marble that an arrow key leads to: the next one of the row, or the nearest of the next row that has one. */
  neighbour(
    pids: readonly string[],
    clusters: readonly Cluster[],
    from: Cluster,
    key: string,
  ): Cluster | undefined {
    const order = ({ pid, row }: Cluster): number =>
      pids.indexOf(pid) * (ROWS.length + 1) + [...ROWS, 'end'].indexOf(row);
    const row = order(from);
    const inRow = clusters.filter((each) => order(each) === row);
    const at = inRow.findIndex((each) => each.key === from.key);
    if (key === 'ArrowRight' || key === 'ArrowLeft')
      return inRow[at + (key === 'ArrowRight' ? 1 : -1)];
    if (key === 'Home' || key === 'End') return inRow.at(key === 'Home' ? 0 : -1);
    if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined;
    const sign = key === 'ArrowDown' ? 1 : -1;
    // The nearest row first, and in it the nearest marble.
    return clusters
      .filter((each) => (order(each) - row) * sign > 0)
      .sort(
        (one, other) =>
          (order(one) - order(other)) * sign ||
          Math.abs(one.at - from.at) - Math.abs(other.at - from.at),
      )[0];
  },
};

/** The rows of a lane, as `toMarbles` draws them. */
export const ROWS = ['inbox', 'signals', 'commands', 'self'] as const;

/** Pixels: how wide the names of the rows are, and how high the rest is. */
export const LABELS = 78;
export const AXIS = 24;
const HEAD = 34;
export const ROW = 32;
const LANE = HEAD + ROWS.length * ROW + 12;
