import type { ComponentChildren, JSX } from 'preact';
import type { Page } from '../../wire/wire.js';
import { format } from './format.js';
import type { List } from './useList.js';
import { type RowAttributes, VirtualRows } from './virtualRows.js';

/** A table of any length: sorted by the buttons in its head, filtered by a text, opened by a click or Enter. */
export function DataTable<Row, Sort extends string>(props: DataTableProps<Row, Sort>): JSX.Element {
  const { label, columns, list, openRow } = props;
  const { page } = list;
  const total = page?.matching ?? 0;
  const rowOf = (index: number): Row | undefined => page?.rows[index - page.from];
  const draw = (index: number, attributes: RowAttributes): ComponentChildren => {
    const row = rowOf(index);
    const isCurrent = row !== undefined && props.isCurrent?.(row);
    return (
      <div
        {...attributes}
        class={isCurrent ? 'row is-current' : 'row'}
        role="row"
        aria-rowindex={index + 2}
        aria-busy={row === undefined}
      >
        {columns.map((column) => (
          <div key={column.title} class={classOf(column)} role="gridcell">
            {row === undefined ? <span class="pending" /> : column.cell(row)}
          </div>
        ))}
      </div>
    );
  };
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
        style={{
          '--columns': widths(columns),
          '--columns-narrow': widths(columns.filter(isMajor)),
        }}
      >
        <TableHead columns={columns} list={list} />
        <VirtualRows
          key={`${list.filter}\n${list.sort}\n${list.descending}`}
          role="rowgroup"
          total={total}
          rowHeight={ROW_HEIGHT}
          row={draw}
          onRows={list.setRows}
          onOpen={open}
        />
      </div>
      {page !== undefined && total === 0 && <p class="empty">{emptyText(page, props.empty)}</p>}
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

function TableHead<Row, Sort extends string>({
  columns,
  list,
}: TableHeadProps<Row, Sort>): JSX.Element {
  const directionOf = (sort: Sort | undefined): 'ascending' | 'descending' | undefined => {
    if (sort === undefined || list.sort !== sort) return undefined;
    return list.descending ? 'descending' : 'ascending';
  };
  return (
    <div role="rowgroup">
      <div class="row row-head" role="row" aria-rowindex={1}>
        {columns.map((column) => {
          const { title, sort } = column;
          const direction = directionOf(sort);
          return (
            <div key={title} class={classOf(column)} role="columnheader" aria-sort={direction}>
              {sort === undefined ? (
                title
              ) : (
                <button
                  type="button"
                  class="sort"
                  data-direction={direction}
                  onClick={() => list.sortBy(sort)}
                >
                  {title}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const isMajor = ({ isMinor }: Column<never, string>): boolean => !isMinor;

const widths = (columns: readonly { readonly width: string }[]): string =>
  columns.map(({ width }) => `minmax(0, ${width})`).join(' ');

const classOf = ({ isMinor, isNumber }: { isMinor?: boolean; isNumber?: boolean }): string =>
  `cell${isMinor ? ' minor' : ''}${isNumber ? ' number' : ''}`;

const countText = ({ total, matching }: Page<unknown>): string =>
  matching === total ? format.count(total) : `${format.count(matching)} of ${format.count(total)}`;

const emptyText = ({ total }: Page<unknown>, empty: string): string =>
  total === 0 ? empty : 'Nothing has this text in it.';

/** A column of a `DataTable`. */
export interface Column<Row, Sort extends string> {
  readonly title: string;
  /** What its button sorts by; none: there is no button. */
  readonly sort?: Sort;
  /** As in `grid-template-columns`. */
  readonly width: string;
  readonly isNumber?: boolean;
  /** Left out on a phone. */
  readonly isMinor?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

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

interface TableHeadProps<Row, Sort extends string> {
  readonly columns: readonly Column<Row, Sort>[];
  readonly list: List<Page<Row>, Sort>;
}
