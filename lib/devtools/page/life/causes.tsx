import type { JSX } from 'preact';
import type { LifeState } from './foldLife.js';
import { lanes } from './lanes.js';

/** Lines from each marble of a chain to what it has led to, within a lane and from one to another. */
export function Causes({ life, chain, x }: CausesProps): JSX.Element | null {
  if (chain.size < 2) return null;
  const inChain = new Map(life.marks.filter(({ n }) => chain.has(n)).map((mark) => [mark.n, mark]));
  const laneOf = (pid: string): number => life.lanes.findIndex((lane) => lane.pid === pid);
  return (
    <g aria-hidden="true">
      {[...inChain.values()].map((mark) => {
        const cause = inChain.get(mark.cause ?? -1);
        if (cause === undefined) return null;
        const [x1, y1] = [x(cause.at), lanes.y(laneOf(cause.pid), cause.row)];
        const [x2, y2] = [x(mark.at), lanes.y(laneOf(mark.pid), mark.row)];
        // Bowed, so that it can be seen even where both are at the same time.
        const bow = Math.max(14, Math.min(40, (x2 - x1) / 2));
        return (
          <path
            key={mark.n}
            class="cause"
            d={`M${x1},${y1} C${x1 + bow},${y1} ${x2 - bow},${y2} ${x2},${y2}`}
          />
        );
      })}
    </g>
  );
}

interface CausesProps {
  readonly life: LifeState;
  readonly chain: ReadonlySet<number>;
  readonly x: (at: number) => number;
}
