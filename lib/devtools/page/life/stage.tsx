import type { JSX } from 'preact';
import type { Cluster } from './clustersOf.js';
import { Drawing } from './drawing.js';
import type { LifeState } from './foldLife.js';
import { LaneHeads } from './laneHeads.js';
import { Tip } from './tip.js';
import type { Pointed } from './usePointed.js';
import type { Sight } from './useTimeline.js';

/** All that is in a diagram: the drawing, whose the lanes are, and what is in the marble that somebody points at. */
export function Stage({ pointed, ...props }: StageProps): JSX.Element {
  const { life, sight } = props;
  const { shown, focused, onPoint, onFocus } = pointed;
  return (
    <>
      <Drawing {...props} {...{ focused, onPoint, onFocus }} />
      <LaneHeads life={life} />
      {shown && <Tip cluster={shown} life={life} sight={sight} />}
    </>
  );
}

interface StageProps {
  readonly life: LifeState;
  readonly chain: ReadonlySet<number>;
  readonly clusters: readonly Cluster[];
  readonly sight: Sight;
  readonly pointed: Pointed;
  /** Pixels. */
  readonly width: number;
  readonly onChoose: (cluster: Cluster) => void;
}
