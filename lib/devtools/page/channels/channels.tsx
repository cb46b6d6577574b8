import type { JSX } from 'preact';
import type { ChannelSort } from '../../wire/ask.js';
import type { ChannelRow, Page } from '../../wire/page.js';
import type { Column } from '../common/column.js';
import { DataTable } from '../common/dataTable.js';
import { format } from '../common/format.js';
import { hrefOf, type Route } from '../common/routeOf.js';
import { useList } from '../common/useList.js';
import { useRates } from '../common/useRates.js';
import { ChannelDetail } from './channelDetail.js';

/** All channels, and what comes into those with a history, which counts it. */
export function Channels({ route }: { readonly route: Route }): JSX.Element {
  const list = useList<Page<ChannelRow>, ChannelSort>('channels', route, {
    sort: 'name',
    descending: false,
  });
  const rate = useRates((list.page?.rows ?? []).map(({ name, offset = 0 }) => [name, offset]));
  return (
    <div class={route.at === undefined ? 'split' : 'split is-open'}>
      <h2 class="visually-hidden">Channels</h2>
      <DataTable
        label="Channels"
        columns={columnsOf(rate)}
        list={list}
        openRow={({ name }) => {
          location.hash = hrefOf({ ...route, at: name });
        }}
        isCurrent={({ name }) => name === route.at}
        empty="There are no channels."
      />
      {route.at !== undefined && <ChannelDetail key={route.at} name={route.at} />}
    </div>
  );
}

const columnsOf = (rate: (name: string) => string): readonly Column<ChannelRow, ChannelSort>[] => [
  { title: 'Name', sort: 'name', width: '3fr', cell: ({ name }) => name },
  {
    title: 'Members',
    sort: 'members',
    width: '5.6rem',
    isNumber: true,
    cell: ({ members }) => format.count(members),
  },
  {
    title: 'Keeps',
    width: '2fr',
    isMinor: true,
    cell: ({ presence, history }) => keeps(presence, history),
  },
  {
    title: 'Process',
    width: '10.4rem',
    isMinor: true,
    cell: ({ process }) => process && <code>{process}</code>,
  },
  {
    title: 'Messages',
    width: '6rem',
    isNumber: true,
    isMinor: true,
    cell: ({ offset }) => offset !== undefined && format.count(offset),
  },
  {
    title: 'New/s',
    width: '4.4rem',
    isNumber: true,
    cell: ({ name, offset }) => offset !== undefined && rate(name),
  },
];

const keeps = (presence: boolean, history: boolean): string =>
  [presence && 'presence', history && 'history'].filter(Boolean).join(', ');
