import type { JSX } from 'preact';
import type { ProcessSort } from '../../wire/ask.js';
import type { Page, ProcessRow } from '../../wire/page.js';
import type { Column } from '../common/column.js';
import { DataTable } from '../common/dataTable.js';
import { format } from '../common/format.js';
import { processHref, type Route } from '../common/routeOf.js';
import { Status } from '../common/status.js';
import { useList } from '../common/useList.js';

/** All processes of the node. */
export function Processes({ route }: { readonly route: Route }): JSX.Element {
  const list = useList<Page<ProcessRow>, ProcessSort>('processes', route, {
    sort: 'pid',
    descending: false,
  });
  return (
    <>
      <h2 class="visually-hidden">Processes</h2>
      <DataTable
        label="Processes"
        columns={COLUMNS}
        list={list}
        openRow={({ pid }) => {
          location.hash = processHref(pid);
        }}
        empty="There are no processes."
      />
    </>
  );
}

const COLUMNS: readonly Column<ProcessRow, ProcessSort>[] = [
  { title: 'PID', sort: 'pid', width: '10.4rem', cell: ({ pid }) => <code>{pid}</code> },
  { title: 'Name', sort: 'name', width: '3fr', cell: ({ names }) => names.join(', ') },
  {
    title: 'Behaviour',
    sort: 'behavior',
    width: '2fr',
    isMinor: true,
    cell: ({ behavior }) => behavior,
  },
  { title: 'Host', sort: 'host', width: '2fr', isMinor: true, cell: ({ host }) => host },
  { title: 'Status', width: '6rem', isMinor: true, cell: ({ status }) => <Status of={status} /> },
  {
    title: 'Waiting',
    sort: 'depth',
    width: '5.2rem',
    isNumber: true,
    cell: ({ depth }) => format.count(depth),
  },
  {
    title: 'Handled',
    sort: 'handled',
    width: '6rem',
    isNumber: true,
    isMinor: true,
    cell: ({ handled }) => format.count(handled),
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
