/**
 * What of a life is in sight: `zoom` is the place of its scale in `SCALES`; `from` is the time at the left edge, `undefined`
 * while the edge moves with the time. Held is what stands still only as long as somebody points at it.
 */
export interface Timeline {
  readonly zoom: number;
  readonly from: number | undefined;
  readonly isHeld: boolean;
}

/** What a timeline is looked at through; times in milliseconds, the width in pixels. */
export interface Frame {
  readonly begin: number;
  readonly now: number;
  readonly width: number;
}

/** Pixels a second. */
export const SCALES = [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560] as const;

export const START: Timeline = { zoom: 4, from: undefined, isHeld: false };

/** Pixels a millisecond. */
export const scaleOf = ({ zoom }: Timeline): number => (SCALES[zoom] as number) / 1_000;

/** The time at the left edge. It grows from there, and once it is at the right edge, what is oldest leaves. */
export function leftOf(timeline: Timeline, { begin, now, width }: Frame): number {
  if (timeline.from !== undefined) return timeline.from;
  return Math.max(earliest(timeline, begin), now - Math.max(0, width - MARGIN) / scaleOf(timeline));
}

/** The earliest time that may be at the left edge: so that the first marble is seen whole. */
export const earliest = (timeline: Timeline, begin: number): number =>
  begin - PADDING / scaleOf(timeline);

/** It stands still where it is. */
export function paused(timeline: Timeline, frame: Frame): Timeline {
  return { ...timeline, from: leftOf(timeline, frame), isHeld: false };
}

/** It goes with the time again. */
export const resumed = (timeline: Timeline): Timeline => ({
  ...timeline,
  from: undefined,
  isHeld: false,
});

/** It stands still, if it moves, until `released`. */
export function held(timeline: Timeline, frame: Frame): Timeline {
  return timeline.from === undefined ? { ...paused(timeline, frame), isHeld: true } : timeline;
}

export const released = (timeline: Timeline): Timeline =>
  timeline.isHeld ? resumed(timeline) : timeline;

/** Another scale; what stands still keeps the time at `x`, in pixels from the left edge. */
export function zoomed(timeline: Timeline, by: number, x: number): Timeline {
  const zoom = Math.max(0, Math.min(timeline.zoom + by, SCALES.length - 1));
  const next = { ...timeline, zoom };
  if (timeline.from === undefined) return next;
  return { ...next, from: timeline.from + x / scaleOf(timeline) - x / scaleOf(next) };
}

/** Stands still with `at` in sight: nothing moves, if it is. */
export function showing(timeline: Timeline, at: number, frame: Frame): Timeline {
  const still = paused(timeline, frame);
  const [left, shown] = [still.from as number, Math.max(0, frame.width - MARGIN) / scaleOf(still)];
  return at >= left && at <= left + shown
    ? still
    : { ...still, from: Math.max(earliest(still, frame.begin), at - shown / 2) };
}

/** Where its axis has a mark, with round times since the beginning. */
export function ticksOf(
  timeline: Timeline,
  { begin, width }: Frame,
  left: number,
): readonly number[] {
  const scale = scaleOf(timeline);
  const step = STEPS.find((each) => each * scale >= TICK) ?? 60_000;
  const first = Math.max(0, Math.ceil((left - begin) / step));
  const count = Math.floor(width / scale / step) + 1;
  return Array.from({ length: count }, (_, i) => begin + (first + i) * step);
}

const STEPS = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];
/** Pixels: between two marks of the axis, before the first marble, and from the last one to the right edge. */
const TICK = 70;
const PADDING = 14;
const MARGIN = 24;
