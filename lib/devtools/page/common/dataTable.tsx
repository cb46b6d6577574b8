import type { ComponentChildren, CSSProperties, JSX } from 'preact';
import type { Page } from '../../wire/page.js';
import type { Column } from './column.js';
import { format } from './format.js';
import { TableHead } from './tableHead.js';
import { TableRow } from './tableRow.js';
import type { List } from './useList.js';
import { VirtualRows } from './virtualRows.js';

/** A table of any length: sorted by the buttons in its head, filtered by a text, opened by a click or Enter. */
export function DataTable<Row, Sort extends string>(props: DataTableProps<Row, Sort>): JSX.Element {
  const { label, columns, list, openRow } = props;
  const { page, filter, sort, descending } = list;
  const total = page?.matching ?? 0;
  const rowOf = (index: number): Row | undefined => page?.rows[index - page.from];
  const open = (index: number): void => {
    const row = rowOf(index);
    if (row !== undefined) openRow(row);
  };
  return (
    <div class="table-part">
      <TableBar label={label} list={list} extra={props.extra} />
      <div
        class="table"
        role="grid"
        aria-label={label}
        aria-rowcount={total + 1}
        style={widths(columns)}
      >
        <TableHead columns={columns} list={list} />
        <VirtualRows
          // Another order begins at its top.
          key={`${filter}\n${sort}\n${descending}`}
          role="rowgroup"
          total={total}
          rowHeight={ROW_HEIGHT}
          row={(index, attributes) => (
            <TableRow {...props} key={index} row={rowOf(index)} attributes={attributes} />
          )}
          onRows={list.setRows}
          onOpen={open}
        />
      </div>
      {total === 0 && page && <p class="empty">{emptyText(page, props.empty)}</p>}
    </div>
  );
}

const ROW_HEIGHT = 34;

function TableBar({ label, list, extra }: TableBarProps): JSX.Element {
  const { page, filter, refusal } = list;
  return (
    <div class="bar">
      <label class="field">
        <span class="visually-hidden">Filter {label.toLowerCase()}</span>
        <input
          type="search"
          placeholder={`Filter ${label.toLowerCase()}`}
          value={filter}
          onInput={(event) => list.setFilter(event.currentTarget.value)}
        />
      </label>
      <p class="soft" role="status">
        {page && countText(page)}
        {refusal?.text}
      </p>
      {extra}
    </div>
  );
}

/** As the style sheet wants them, for a screen and for a phone. */
function widths<Row, Sort extends string>(columns: readonly Column<Row, Sort>[]): CSSProperties {
  const of = (shown: readonly Column<Row, Sort>[]): string =>
    shown.map(({ width }) => `minmax(0, ${width})`).join(' ');
  return {
    '--columns': of(columns),
    '--columns-narrow': of(columns.filter((each) => !each.isMinor)),
  };
}

const countText = ({ total, matching }: Page<unknown>): string =>
  matching === total ? format.count(total) : `${format.count(matching)} of ${format.count(total)}`;

const emptyText = ({ total }: Page<unknown>, empty: string): string =>
  total === 0 ? empty : 'Nothing has this text in it.';

interface DataTableProps<Row, Sort extends string> {
  readonly label: string;
  readonly columns: readonly Column<Row, Sort>[];
  readonly list: List<Page<Row>, Sort>;
  readonly openRow: (row: Row) => void;
  readonly isCurrent?: (row: Row) => boolean;
  /** What is said where there are none at all. */
  readonly empty: string;
  /** Stands beside the filter. */
  readonly extra?: ComponentChildren;
}

interface TableBarProps {
  readonly label: string;
  readonly list: Pick<List<Page<unknown>, string>, 'page' | 'filter' | 'refusal' | 'setFilter'>;
  readonly extra: ComponentChildren;
}
