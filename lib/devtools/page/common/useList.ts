import { useEffect, useState } from 'preact/hooks';
import type { Watch, Window } from '../../wire/ask.js';
import type { Refusal } from '../server/dialogue.js';
import { useWatch } from '../server/useWatch.js';
import { hrefOf, type Route } from './routeOf.js';
import type { Rows } from './windowOf.js';

/** A list of the server: how it is sorted and filtered, which also stands in the address, and the rows in sight. */
export function useList<P, Sort extends string>(
  watch: 'processes' | 'connections' | 'channels',
  route: Route,
  initial: Order<Sort>,
): List<P, Sort> {
  const [order, setOrder] = useState(() => orderOf(route, initial));
  const [filter, setFilter] = useState(route.query.filter ?? '');
  const [rows, setRows] = useState<Rows>({ from: 0, count: 50 });
  const { value, refusal } = useWatch<P>({ watch, ...order, filter, ...rows } as Watch);
  const { sort, descending } = order;

  const query = {
    ...(isSame(order, initial) ? {} : { sort, ...(descending && { down: '' }) }),
    ...(filter !== '' && { filter }),
  };
  const href = hrefOf({ ...route, query });
  // Without a step of the history for each letter of a filter.
  useEffect(() => history.replaceState(history.state, '', href), [href]);

  return {
    ...order,
    filter,
    page: value,
    refusal,
    setFilter,
    setRows,
    sortBy: (next) =>
      setOrder({ sort: next, descending: next === sort ? !descending : FALLING.has(next) }),
  };
}

/** What one wants to see the largest of. */
const FALLING = new Set<string>(['depth', 'handled', 'buffered', 'received', 'sent', 'members']);

function orderOf<Sort extends string>({ query }: Route, initial: Order<Sort>): Order<Sort> {
  const { sort, down } = query;
  if (sort === undefined) return initial;
  return { sort: sort as Sort, descending: down !== undefined };
}

const isSame = <Sort extends string>(one: Order<Sort>, other: Order<Sort>): boolean =>
  one.sort === other.sort && one.descending === other.descending;

type Order<Sort extends string> = Pick<Window<Sort>, 'sort' | 'descending'>;

/** What `useList` gives; `page` is `undefined` before the first answer. */
export interface List<P, Sort extends string> extends Order<Sort> {
  readonly filter: string;
  readonly page: P | undefined;
  readonly refusal: Refusal | undefined;
  readonly setFilter: (filter: string) => void;
  readonly setRows: (rows: Rows) => void;
  /** The other way round, where it is sorted by that already. */
  readonly sortBy: (sort: Sort) => void;
}
