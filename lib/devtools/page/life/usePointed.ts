import { useState } from 'preact/hooks';
import type { Cluster } from './clustersOf.js';
import { lanes } from './lanes.js';
import type { Sight } from './useTimeline.js';

/** Which marble somebody points at or has the focus on. Pointing holds the time, the focus pauses it. */
export function usePointed(
  pids: readonly string[],
  clusters: readonly Cluster[],
  sight: Sight,
): Pointed {
  const [shown, setShown] = useState<Cluster>();
  const [focused, setFocused] = useState<number>();
  const focus = (cluster: Cluster): void => {
    setFocused(cluster.key);
    setShown(cluster);
    sight.show(cluster.at);
  };
  return {
    shown,
    focused,
    onFocus: focus,
    onPoint: (cluster) => {
      setShown(cluster);
      sight.hold();
    },
    onLeave: () => {
      setShown(undefined);
      sight.release();
    },
    onKey: (event) => {
      const { key } = event;
      if (key === '+' || key === '-') sight.zoom(key === '+' ? 1 : -1);
      if (key === 'Escape') setShown(undefined);
      const from = clusters.find((each) => each.key === focused);
      const to = from && lanes.neighbour(pids, clusters, from, key);
      if (to === undefined) return;
      event.preventDefault();
      focus(to);
    },
  };
}

/** What `usePointed` knows and does. */
export interface Pointed {
  /** Whose content is shown. */
  readonly shown: Cluster | undefined;
  /** The key of the one that has the focus, or had it last. */
  readonly focused: number | undefined;
  readonly onFocus: (cluster: Cluster) => void;
  readonly onPoint: (cluster: Cluster) => void;
  /** The pointer has left the diagram. */
  readonly onLeave: () => void;
  /** Arrows lead to another marble, + and − zoom, and Escape takes away what covers the rest. */
  readonly onKey: (event: KeyboardEvent) => void;
}
