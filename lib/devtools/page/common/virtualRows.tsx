import type { ComponentChildren, HTMLAttributes, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSize } from './useSize.js';
import { type Rows, windowOf } from './windowOf.js';

/**
 * A list of any length, of which only the rows in sight are there. One row takes the keyboard's focus: arrows, Page up and
 * down, Home and End move it, and Enter opens it. That row stays in the document wherever the list is scrolled to.
 */
export function VirtualRows(props: VirtualRowsProps): JSX.Element {
  const { total, rowHeight, row, onRows, onOpen, onKey } = props;
  const box = useRef<HTMLDivElement>(null);
  const { height } = useSize(box);
  const [top, setTop] = useState(0);
  const [active, setActive] = useState(0);
  const shouldFocus = useRef(false);
  const { from, count } = windowOf({ top, height, rowHeight, total });
  const current = Math.max(0, Math.min(active, total - 1));

  useEffect(() => onRows?.({ from, count }), [from, count, onRows]);
  useLayoutEffect(() => {
    if (!shouldFocus.current) return;
    shouldFocus.current = false;
    box.current
      ?.querySelector<HTMLElement>(`[data-index="${current}"]`)
      ?.focus({ preventScroll: true });
  });

  const move = (to: number): void => {
    const next = Math.max(0, Math.min(to, total - 1));
    shouldFocus.current = true;
    setActive(next);
    box.current?.scrollTo({ top: reveal(next, rowHeight, box.current) });
  };
  const keyed = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const to = destination(event.key, current, page, total) ?? onKey?.(event.key, current);
    if (to !== undefined) move(to);
    else if (event.key === 'Enter') onOpen?.(current);
    else return;
    event.preventDefault();
  };

  const indexes = indexesOf({ from, count }, current, total);
  return (
    <div
      ref={box}
      class="rows"
      role={props.role}
      aria-label={props.label}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={keyed}
    >
      <div role="presentation" class="rows-all" style={{ height: `${total * rowHeight}px` }}>
        {indexes.map((index) =>
          row(index, {
            key: index,
            'data-index': index,
            tabIndex: index === current ? 0 : -1,
            style: { transform: `translateY(${index * rowHeight}px)`, height: `${rowHeight}px` },
            onFocus: () => setActive(index),
            onClick: () => onOpen?.(index),
          }),
        )}
      </div>
    </div>
  );
}

function indexesOf({ from, count }: Rows, current: number, total: number): number[] {
  const to = Math.min(total, from + count);
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  const isThere = total === 0 || (current >= from && current < to);
  return isThere ? indexes : [...indexes, current];
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

interface VirtualRowsProps {
  readonly total: number;
  /** Pixels. */
  readonly rowHeight: number;
  readonly role: 'rowgroup' | 'tree';
  readonly label?: string;
  /** Draws a row; the attributes belong to its outermost element. */
  readonly row: (index: number, attributes: RowAttributes) => ComponentChildren;
  /** Other rows are needed. */
  readonly onRows?: (rows: Rows) => void;
  readonly onOpen?: (index: number) => void;
  /** Another key: the row that it leads to, or `undefined` where it leads to none. */
  readonly onKey?: (key: string, index: number) => number | undefined;
}

/** What a row needs to be one. */
export type RowAttributes = HTMLAttributes<HTMLDivElement> & {
  readonly key: number;
  readonly 'data-index': number;
};
