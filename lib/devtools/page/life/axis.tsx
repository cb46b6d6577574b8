import type { JSX } from 'preact';
import type { LifeState } from './foldLife.js';
import { ticksOf } from './timeline.js';
import type { Sight } from './useTimeline.js';

/** The time since the beginning, with a stroke down all lanes, and where events were left out. */
export function Axis({ sight, life, height }: AxisProps): JSX.Element {
  const { timeline, frame, left, x } = sight;
  return (
    <g class="axis" aria-hidden="true">
      {ticksOf(timeline, frame, left).map((at) => (
        <g key={at}>
          <line x1={x(at)} x2={x(at)} y1={16} y2={height} />
          <text x={x(at)} y={11}>
            {label(at - frame.begin)}
          </text>
        </g>
      ))}
      {life.gaps.map(({ at, count }) => (
        <rect
          key={at}
          class="gap"
          x={x(at - BATCH)}
          width={Math.max(2, x(at) - x(at - BATCH))}
          y={15}
          height={5}
        >
          <title>{`${count} events not drawn`}</title>
        </rect>
      ))}
    </g>
  );
}

/** Milliseconds: what one answer of the server is about. */
const BATCH = 100;

const label = (ms: number): string => `${Number((ms / 1_000).toFixed(2))} s`;

interface AxisProps {
  readonly sight: Sight;
  readonly life: LifeState;
  readonly height: number;
}
