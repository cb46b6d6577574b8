import type { ComponentChildren, JSX } from 'preact';
import { earliest, SCALES } from './timeline.js';
import type { Sight } from './useTimeline.js';

/** Pause, zoom and, while it stands still, the way back in time. */
export function Controls({ sight, tools }: ControlsProps): JSX.Element {
  const { timeline, frame, left } = sight;
  const isStill = timeline.from !== undefined && !timeline.isHeld;
  return (
    <div class="bar">
      <h3>Life</h3>
      <button type="button" aria-pressed={isStill} onClick={isStill ? sight.resume : sight.pause}>
        {isStill ? 'Resume' : 'Pause'}
      </button>
      <Zoom sight={sight} />
      {tools}
      <span class="spring" />
      {isStill && (
        <label class="past">
          <span class="visually-hidden">Time at the left edge</span>
          <input
            type="range"
            min={earliest(timeline, frame.begin)}
            max={Math.max(frame.begin + 1, frame.now)}
            step="any"
            value={left}
            onInput={(event) => sight.move(event.currentTarget.valueAsNumber)}
          />
        </label>
      )}
    </div>
  );
}

function Zoom({ sight }: { readonly sight: Sight }): JSX.Element {
  const { timeline, frame, scale, zoom } = sight;
  return (
    <span class="group">
      <button
        type="button"
        aria-label="Zoom out"
        disabled={timeline.zoom === 0}
        onClick={() => zoom(-1)}
      >
        −
      </button>
      <output class="soft scale">{secondsIn(frame.width, scale)}</output>
      <button
        type="button"
        aria-label="Zoom in"
        disabled={timeline.zoom === SCALES.length - 1}
        onClick={() => zoom(1)}
      >
        +
      </button>
    </span>
  );
}

function secondsIn(width: number, scale: number): string {
  const seconds = width / scale / 1_000;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s wide`;
}

interface ControlsProps {
  readonly sight: Sight;
  readonly tools: ComponentChildren;
}
