import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { useSize } from '../common/useSize.js';
import { type Cluster, clustersOf } from './clustersOf.js';
import { Controls } from './controls.js';
import { Drawing } from './drawing.js';
import type { LifeState } from './foldLife.js';
import { LaneHeads } from './laneHeads.js';
import { LABELS, lanes } from './lanes.js';
import { Tip } from './tip.js';
import { useTimeline } from './useTimeline.js';

/** The marbles of some processes, growing from the left. Who points at one holds them, who focuses one has them paused. */
export function Diagram({ life, chain, onChoose, tools }: DiagramProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const sight = useTimeline(life, Math.max(0, width - LABELS));
  const [shown, setShown] = useState<Cluster>();
  const [focused, setFocused] = useState<number>();
  const { scale } = sight;
  const clusters = useMemo(() => clustersOf(life.marks, scale), [life.marks, scale]);
  const pids = life.lanes.map(({ pid }) => pid);

  const keyed = (event: KeyboardEvent): void => {
    const from = clusters.find(({ key }) => key === focused);
    if (event.key === '+' || event.key === '-') sight.zoom(event.key === '+' ? 1 : -1);
    const to = from && lanes.neighbour(pids, clusters, from, event.key);
    if (event.key === 'Escape') setShown(undefined);
    if (to === undefined) return;
    event.preventDefault();
    setFocused(to.key);
    setShown(to);
    sight.show(to.at);
  };
  return (
    <>
      <Controls sight={sight} tools={tools} />
      <div
        ref={place}
        class="diagram"
        onKeyDown={keyed}
        onPointerLeave={() => {
          setShown(undefined);
          sight.release();
        }}
      >
        {width > 0 && (
          <Drawing
            {...{ life, chain, clusters, sight, focused, width }}
            onPoint={(cluster) => {
              setShown(cluster);
              sight.hold();
            }}
            onFocus={(cluster) => {
              setFocused(cluster.key);
              setShown(cluster);
              sight.show(cluster.at);
            }}
            onChoose={onChoose}
          />
        )}
        <LaneHeads life={life} />
        {shown && <Tip cluster={shown} life={life} sight={sight} />}
      </div>
    </>
  );
}

interface DiagramProps {
  readonly life: LifeState;
  /** The marbles to bring out; none: all are alike. */
  readonly chain: ReadonlySet<number>;
  readonly onChoose: (cluster: Cluster | undefined) => void;
  /** Stands beside the other controls. */
  readonly tools: ComponentChildren;
}
