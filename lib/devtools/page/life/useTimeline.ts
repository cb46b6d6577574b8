import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { LifeState } from './foldLife.js';
import {
  earliest,
  type Frame,
  held,
  leftOf,
  paused,
  released,
  resumed,
  START,
  scaleOf,
  showing,
  type Timeline,
  zoomed,
} from './timeline.js';
import { useNow } from './useNow.js';

/** What of a life is in sight, and how that is changed. What is drawn into `moving` goes with the time by itself. */
export function useTimeline(life: LifeState, width: number): Sight {
  const [timeline, setTimeline] = useState(START);
  const moving = useRef<SVGGElement>(null);
  const begin = life.begin ?? 0;
  const scale = scaleOf(timeline);
  const shift = (at: number): void => {
    const left = leftOf(timeline, { begin, now: at, width });
    moving.current?.setAttribute('transform', `translate(${-(left - begin) * scale},0)`);
    for (const line of moving.current?.querySelectorAll('.grows') ?? []) {
      line.setAttribute('x2', `${(at - begin) * scale}`);
    }
  };
  const isMoving = timeline.from === undefined && life.begin !== undefined && !life.hasEnded;
  const now = useNow(life, isMoving, shift);
  const frame = { begin, now, width };
  const change = (by: (timeline: Timeline, frame: Frame) => Timeline) => (): void =>
    setTimeline((before) => by(before, frame));
  return {
    timeline,
    frame,
    scale,
    left: leftOf(timeline, frame),
    until: timeline.from === undefined ? undefined : timeline.from + width / scale,
    x: (at) => (at - begin) * scale,
    moving,
    pause: change(paused),
    resume: change(resumed),
    hold: change(held),
    release: change(released),
    zoom: (by, x = width / 2) => setTimeline((before) => zoomed(before, by, x)),
    show: (at) => setTimeline((before) => showing(before, at, frame)),
    move: (from) =>
      setTimeline((before) => ({
        ...before,
        isHeld: false,
        from: Math.max(earliest(before, begin), Math.min(from, now)),
      })),
  };
}

/** A timeline as it is drawn. */
export interface Sight {
  readonly timeline: Timeline;
  readonly frame: Frame;
  /** Pixels a millisecond. */
  readonly scale: number;
  /** The time at the left edge. */
  readonly left: number;
  /** The time at the right edge; `undefined` while it moves. */
  readonly until: number | undefined;
  /** Where a time is, in pixels from the beginning. */
  readonly x: (at: number) => number;
  readonly moving: RefObject<SVGGElement | null>;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly hold: () => void;
  readonly release: () => void;
  /** @param x what stays where it is, in pixels from the left edge */
  readonly zoom: (by: number, x?: number) => void;
  /** Stands still with this time in sight. */
  readonly show: (at: number) => void;
  /** Stands still with this time at the left edge. */
  readonly move: (from: number) => void;
}
