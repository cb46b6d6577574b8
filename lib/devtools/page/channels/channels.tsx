import type { JSX } from 'preact';
import type { ChannelRow, ChannelSort, Page } from '../../wire/wire.js';
import { type Column, DataTable } from '../common/dataTable.js';
import { format } from '../common/format.js';
import { hrefOf, type Route } from '../common/route.js';
import { useList } from '../common/useList.js';
import { useRates } from '../common/useRates.js';
import { ChannelDetail } from './channelDetail.js';

/** All channels, and how much is published in them. */
export function Channels({ route }: { readonly route: Route }): JSX.Element {
  const list = useList<Page<ChannelRow>, ChannelSort>('channels', route, {
    sort: 'name',
    descending: false,
  });
  const rate = useRates((list.page?.rows ?? []).map(({ name, published }) => [name, published]));
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
    width: '8.2rem',
    isMinor: true,
    cell: ({ process }) => process && <code>{process}</code>,
  },
  {
    title: 'Published',
    sort: 'published',
    width: '6rem',
    isNumber: true,
    isMinor: true,
    cell: ({ published }) => format.count(published),
  },
  { title: '/s', width: '4.4rem', isNumber: true, cell: ({ name }) => rate(name) },
];

const keeps = (presence: boolean, history: boolean): string =>
  [presence && 'presence', history && 'history'].filter(Boolean).join(', ');
