import type { JSX } from 'preact';
import type { ConnectionPage, ConnectionRow, ConnectionSort } from '../../wire/wire.js';
import { type Column, DataTable } from '../common/dataTable.js';
import { format } from '../common/format.js';
import { hrefOf, type Route } from '../common/route.js';
import { useList } from '../common/useList.js';
import { useRates } from '../common/useRates.js';
import { CloseCodes } from './closeCodes.js';
import { ConnectionDetail } from './connectionDetail.js';

/** All connections: who is where, what waits for them, how much goes to and fro, and how others have ended. */
export function Connections({ route }: { readonly route: Route }): JSX.Element {
  const list = useList<ConnectionPage, ConnectionSort>('connections', route, {
    sort: 'pid',
    descending: false,
  });
  const rows = list.page?.rows ?? [];
  const rate = useRates(
    rows.flatMap(({ pid, received, sent }) => [
      [`in ${pid}`, received] as const,
      [`out ${pid}`, sent] as const,
    ]),
  );
  return (
    <div class={route.at === undefined ? 'split' : 'split is-open'}>
      <h2 class="visually-hidden">Connections</h2>
      <DataTable
        label="Connections"
        columns={columnsOf(rate)}
        list={list}
        openRow={({ pid }) => {
          location.hash = hrefOf({ ...route, at: pid });
        }}
        isCurrent={({ pid }) => pid === route.at}
        empty="Nobody is connected."
        extra={list.page && <CloseCodes closes={list.page.closes} />}
      />
      {route.at !== undefined && <ConnectionDetail key={route.at} pid={route.at} />}
    </div>
  );
}

const columnsOf = (
  rate: (key: string) => string,
): readonly Column<ConnectionRow, ConnectionSort>[] => [
  { title: 'PID', sort: 'pid', width: '8.2rem', cell: ({ pid }) => <code>{pid}</code> },
  { title: 'Who', width: '2fr', cell: ({ who }) => who },
  { title: 'Target', sort: 'target', width: '2fr', isMinor: true, cell: ({ target }) => target },
  { title: 'Channels', width: '3fr', isMinor: true, cell: ({ channels }) => channels.join(', ') },
  {
    title: 'Buffered',
    sort: 'buffered',
    width: '5.6rem',
    isNumber: true,
    cell: ({ buffered }) => (
      <span class={buffered > 0 ? 'warn' : ''}>{format.bytes(buffered)}</span>
    ),
  },
  {
    title: 'In/s',
    sort: 'received',
    width: '4.4rem',
    isNumber: true,
    isMinor: true,
    cell: ({ pid }) => rate(`in ${pid}`),
  },
  {
    title: 'Out/s',
    sort: 'sent',
    width: '4.4rem',
    isNumber: true,
    cell: ({ pid }) => rate(`out ${pid}`),
  },
  {
    title: 'Uptime',
    sort: 'uptime',
    width: '7rem',
    isNumber: true,
    isMinor: true,
    cell: ({ uptime }) => format.duration(uptime),
  },
];
