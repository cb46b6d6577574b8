import type { ComponentChildren, HTMLAttributes, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type RovingList, useRoving } from './useRoving.js';
import { useSize } from './useSize.js';
import { type Rows, windowOf } from './windowOf.js';

/**
 * A list of any length, of which only the rows in sight are there, and the one that has the keyboard's focus, wherever the
 * list is scrolled to.
 */
export function VirtualRows(props: VirtualRowsProps): JSX.Element {
  const { total, rowHeight, row, onRows, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const { height } = useSize(box);
  const [top, setTop] = useState(0);
  const { from, count } = windowOf({ top, height, rowHeight, total });
  const { current, setActive, onKeyDown } = useRoving(box, height, props);
  useEffect(() => onRows?.({ from, count }), [from, count, onRows]);
  return (
    <div
      ref={box}
      class="rows"
      role={props.role}
      aria-label={props.label}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" class="rows-all" style={{ height: `${total * rowHeight}px` }}>
        {indexesOf({ from, count }, current, total).map((index) =>
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

interface VirtualRowsProps extends RovingList {
  readonly role: 'rowgroup' | 'tree';
  readonly label?: string;
  /** Draws a row; the attributes belong to its outermost element. */
  readonly row: (index: number, attributes: RowAttributes) => ComponentChildren;
  /** Other rows are needed. */
  readonly onRows?: (rows: Rows) => void;
}

/** What a row needs to be one. */
export type RowAttributes = HTMLAttributes<HTMLDivElement> & {
  readonly key: number;
  readonly 'data-index': number;
};
