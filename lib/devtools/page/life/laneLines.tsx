import type { JSX } from 'preact';
import type { Lane } from '../../wire/life.js';
import type { LifeState } from './foldLife.js';
import { lanes, ROWS } from './lanes.js';
import type { Sight } from './useTimeline.js';

/** The rows that the marbles lie on: each goes on until its process ends. */
export function LaneLines({ life, sight }: LaneLinesProps): JSX.Element {
  const { x, frame } = sight;
  const endOf = ({ pid }: Lane): number | undefined =>
    life.marks.findLast((mark) => mark.pid === pid && mark.row === 'end')?.at;
  const beginOf = (lane: Lane, i: number): number =>
    i === 0 ? frame.begin : (life.marks.find(({ pid }) => pid === lane.pid)?.at ?? frame.now);
  return (
    <g aria-hidden="true">
      {life.lanes.map((lane, i) => {
        const [begin, end] = [beginOf(lane, i), endOf(lane)];
        return ROWS.map((row) => (
          <line
            key={`${lane.pid} ${row}`}
            class={end === undefined ? 'lane-line grows' : 'lane-line'}
            x1={x(begin)}
            x2={x(end ?? frame.now)}
            y1={lanes.y(i, row)}
            y2={lanes.y(i, row)}
          />
        ));
      })}
    </g>
  );
}

interface LaneLinesProps {
  readonly life: LifeState;
  readonly sight: Sight;
}
