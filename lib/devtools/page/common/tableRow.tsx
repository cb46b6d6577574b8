import type { JSX } from 'preact';
import { type Column, classOf } from './column.js';
import type { RowAttributes } from './virtualRows.js';

/** A row of a table; grey until what it shows has come. */
export function TableRow<Row, Sort extends string>(props: TableRowProps<Row, Sort>): JSX.Element {
  const { columns, row, attributes } = props;
  const isCurrent = row !== undefined && props.isCurrent?.(row);
  return (
    <div
      {...attributes}
      class={isCurrent ? 'row is-current' : 'row'}
      role="row"
      // The head is the first.
      aria-rowindex={attributes['data-index'] + 2}
      aria-busy={row === undefined}
    >
      {columns.map((column) => (
        <div key={column.title} class={classOf(column)} role="gridcell">
          {row === undefined ? <span class="pending" /> : column.cell(row)}
        </div>
      ))}
    </div>
  );
}

interface TableRowProps<Row, Sort extends string> {
  readonly columns: readonly Column<Row, Sort>[];
  /** `undefined`: it has been asked for. */
  readonly row: Row | undefined;
  readonly attributes: RowAttributes;
  readonly isCurrent?: (row: Row) => boolean;
}
