import type { JSX } from 'preact';
import type { ConnectionSort } from '../../wire/ask.js';
import type { ConnectionPage } from '../../wire/page.js';
import { DataTable } from '../common/dataTable.js';
import { hrefOf, type Route } from '../common/routeOf.js';
import { useList } from '../common/useList.js';
import { CloseCodes } from './closeCodes.js';
import { ConnectionDetail } from './connectionDetail.js';
import { useConnectionColumns } from './useConnectionColumns.js';

/** All connections: who is where, what waits for them, how much goes to and fro, and how others have ended. */
export function Connections({ route }: { readonly route: Route }): JSX.Element {
  const list = useList<ConnectionPage, ConnectionSort>('connections', route, {
    sort: 'pid',
    descending: false,
  });
  const columns = useConnectionColumns(list.page?.rows ?? []);
  return (
    <div class={route.at === undefined ? 'split' : 'split is-open'}>
      <h2 class="visually-hidden">Connections</h2>
      <DataTable
        label="Connections"
        columns={columns}
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
