import { useRef } from 'preact/hooks';
import { LABELS } from './lanes.js';
import type { Sight } from './useTimeline.js';

/** What moves and zooms a diagram by pointer and wheel. Upwards and downwards the page scrolls, as everywhere. */
export function usePan({ left, scale, move, zoom }: Sight): PanHandlers {
  const grip = useRef<Grip | undefined>(undefined);
  return {
    onPointerDown: (event) => {
      if (event.button === 0) grip.current = { x: event.clientX, left };
    },
    onPointerMove: (event) => {
      const { current } = grip;
      if (current === undefined || event.buttons === 0) return;
      const by = event.clientX - current.x;
      if (Math.abs(by) > SLACK) move(current.left - by / scale);
    },
    onPointerUp: () => {
      grip.current = undefined;
    },
    onWheel: (event) => {
      const isZoom = event.ctrlKey;
      if (!isZoom && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      const { x } = event.currentTarget.getBoundingClientRect();
      if (isZoom) zoom(event.deltaY < 0 ? 1 : -1, event.clientX - x - LABELS);
      else move(left + event.deltaX / scale);
    },
  };
}

/** Pixels: what moves less was a click. */
const SLACK = 4;

/** Where it was taken, and the time at the left edge then. */
interface Grip {
  readonly x: number;
  readonly left: number;
}

interface PanHandlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onWheel: (event: WheelEvent & { readonly currentTarget: Element }) => void;
}
