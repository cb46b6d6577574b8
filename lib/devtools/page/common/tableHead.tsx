import type { JSX } from 'preact';
import type { Page } from '../../wire/page.js';
import { type Column, classOf } from './column.js';
import type { List } from './useList.js';

/** The head of a table: what its columns are, and by what it may be sorted. */
export function TableHead<Row, Sort extends string>({
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

interface TableHeadProps<Row, Sort extends string> {
  readonly columns: readonly Column<Row, Sort>[];
  readonly list: List<Page<Row>, Sort>;
}
