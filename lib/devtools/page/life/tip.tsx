import type { JSX } from 'preact';
import type { Cluster } from './clustersOf.js';
import type { LifeState } from './foldLife.js';
import { LABELS, lanes } from './lanes.js';
import { MarkText } from './markText.js';
import type { Sight } from './useTimeline.js';

/** What is in a marble, beside it. Who cannot see it hears the same from the marble itself. */
export function Tip({ cluster, life, sight }: TipProps): JSX.Element {
  const { frame, left, scale } = sight;
  const x = LABELS + (cluster.at - left) * scale;
  const lane = life.lanes.findIndex(({ pid }) => pid === cluster.pid);
  const isRight = x > (LABELS + frame.width) / 2;
  return (
    <div
      class="tip"
      aria-hidden="true"
      style={{
        top: `${lanes.y(lane, cluster.row) + 16}px`,
        ...(isRight
          ? { right: `${Math.max(0, LABELS + frame.width - x - 12)}px` }
          : { left: `${Math.max(0, x - 12)}px` }),
      }}
    >
      {cluster.marks.slice(0, SHOWN).map((mark) => (
        <MarkText key={mark.n} mark={mark} life={life} />
      ))}
      {cluster.marks.length > SHOWN && (
        <p class="soft">and {cluster.marks.length - SHOWN} more: zoom in</p>
      )}
    </div>
  );
}

/** How many marbles of one place are shown. */
const SHOWN = 5;

interface TipProps {
  readonly cluster: Cluster;
  readonly life: LifeState;
  readonly sight: Sight;
}
