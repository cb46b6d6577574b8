import type { JSX } from 'preact';
import { Axis } from './axis.js';
import { Causes } from './causes.js';
import type { Cluster } from './clustersOf.js';
import type { LifeState } from './foldLife.js';
import { LaneLines } from './laneLines.js';
import { LABELS, lanes } from './lanes.js';
import { type MarbleHandlers, Marbles } from './marbles.js';
import { usePan } from './usePan.js';
import type { Sight } from './useTimeline.js';

/** The diagram itself. It is moved by dragging, or by a wheel sideways, and zoomed by a pinch or a wheel with Control. */
export function Drawing(props: DrawingProps): JSX.Element {
  const { life, sight, chain, clusters, focused, width, ...handlers } = props;
  const { left, frame, x, moving } = sight;
  const pan = usePan(sight);
  const height = lanes.height(life.lanes.length);
  return (
    <svg class="drawing" width={width} height={height} role="group" aria-label="Marbles" {...pan}>
      <svg x={LABELS} width={frame.width} height={height} class="window">
        <g ref={moving} transform={`translate(${-x(left)},0)`}>
          <Axis sight={sight} life={life} height={height} />
          <LaneLines life={life} sight={sight} />
          <Causes life={life} chain={chain} x={x} />
          <Marbles
            {...{ life, chain, focused, x, ...handlers }}
            clusters={inSight(clusters, sight)}
          />
        </g>
      </svg>
    </svg>
  );
}

/** Those that can be seen before it is drawn again. */
function inSight(clusters: readonly Cluster[], { left, frame, scale }: Sight): readonly Cluster[] {
  const around = AROUND / scale + AHEAD;
  const right = left + frame.width / scale;
  return clusters.filter(({ at }) => at > left - around && at < right + around);
}

/** Pixels, and milliseconds. */
const AROUND = 100;
const AHEAD = 300;

interface DrawingProps extends MarbleHandlers {
  readonly life: LifeState;
  readonly sight: Sight;
  readonly chain: ReadonlySet<number>;
  readonly clusters: readonly Cluster[];
  /** The key of the marble that has the focus, or had it last. */
  readonly focused: number | undefined;
  readonly width: number;
}
