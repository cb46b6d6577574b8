import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { useSize } from '../common/useSize.js';
import { type Cluster, clustersOf } from './clustersOf.js';
import { Controls } from './controls.js';
import type { LifeState } from './foldLife.js';
import { LABELS } from './lanes.js';
import { Stage } from './stage.js';
import { usePointed } from './usePointed.js';
import { useTimeline } from './useTimeline.js';

/** The marbles of some processes, growing from the left. Who points at one holds them, who focuses one has them paused. */
export function Diagram({ life, chain, onChoose, tools, children }: DiagramProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const sight = useTimeline(life, Math.max(0, width - LABELS));
  const { scale } = sight;
  const clusters = useMemo(() => clustersOf(life.marks, scale), [life.marks, scale]);
  const pids = life.lanes.map(({ pid }) => pid);
  const pointed = usePointed(pids, clusters, sight);
  return (
    <>
      <Controls sight={sight} tools={tools} />
      <div ref={place} class="diagram" onKeyDown={pointed.onKey} onPointerLeave={pointed.onLeave}>
        {width > 0 && <Stage {...{ life, chain, clusters, sight, pointed, width, onChoose }} />}
      </div>
      {children(sight.until)}
    </>
  );
}

interface DiagramProps {
  readonly life: LifeState;
  /** The marbles to bring out; none: all are alike. */
  readonly chain: ReadonlySet<number>;
  readonly onChoose: (cluster: Cluster) => void;
  /** Stands beside the other controls. */
  readonly tools: ComponentChildren;
  /** Stands below; it is told up to which time there are marbles, where the diagram stands still. */
  readonly children: (until: number | undefined) => ComponentChildren;
}
