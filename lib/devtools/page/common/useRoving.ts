import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/**
 * One row of a list takes the keyboard's focus: arrows, Page up and down, Home and End move it, and Enter opens it.
 *
 * @param box what scrolls @param height of it, in pixels
 */
export function useRoving(
  box: RefObject<HTMLElement | null>,
  height: number,
  list: RovingList,
): Roving {
  const { total, rowHeight, onOpen, onKey } = list;
  const [active, setActive] = useState(0);
  const shouldFocus = useRef(false);
  const current = Math.max(0, Math.min(active, total - 1));
  useLayoutEffect(() => {
    if (!shouldFocus.current) return;
    shouldFocus.current = false;
    const row = box.current?.querySelector<HTMLElement>(`[data-index="${current}"]`);
    row?.focus({ preventScroll: true });
  });
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(to, total - 1));
    shouldFocus.current = true;
    setActive(next);
    if (box.current) box.current.scrollTop = reveal(next, rowHeight, box.current);
  };
  return {
    current,
    setActive,
    onKeyDown: (event) => {
      const page = Math.max(1, Math.floor(height / rowHeight) - 1);
      const to = destination(event.key, current, page, total) ?? onKey?.(event.key, current);
      if (to !== undefined) move(to);
      else if (event.key === 'Enter') onOpen?.(current);
      else return;
      event.preventDefault();
    },
  };
}

/** Which row a key leads to. */
function destination(key: string, at: number, page: number, total: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: total - 1,
  };
  return steps[key];
}

/** Where the list has to be scrolled to for a row to be in sight. */
function reveal(index: number, rowHeight: number, { scrollTop, clientHeight }: Element): number {
  const least = (index + 1) * rowHeight - clientHeight;
  return Math.max(least, Math.min(scrollTop, index * rowHeight));
}

/** A list that is walked through. */
export interface RovingList {
  readonly total: number;
  /** Pixels. */
  readonly rowHeight: number;
  readonly onOpen?: (index: number) => void;
  /** Another key: the row that it leads to, or `undefined` where it leads to none. */
  readonly onKey?: (key: string, index: number) => number | undefined;
}

interface Roving {
  /** The row that has the focus, or would get it. */
  readonly current: number;
  readonly setActive: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}
