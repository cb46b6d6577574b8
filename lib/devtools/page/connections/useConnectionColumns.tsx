import type { ConnectionSort } from '../../wire/ask.js';
import type { ConnectionRow } from '../../wire/page.js';
import type { Column } from '../common/column.js';
import { format } from '../common/format.js';
import { useRates } from '../common/useRates.js';

/** What the table of connections shows, with how many bytes a second go to and fro of those in sight. */
export function useConnectionColumns(rows: readonly ConnectionRow[]): Columns {
  const rate = useRates(
    rows.flatMap(({ pid, received, sent }) => [
      [`in ${pid}`, received] as const,
      [`out ${pid}`, sent] as const,
    ]),
    format.bytes,
  );
  return columnsOf(rate);
}

type Columns = readonly Column<ConnectionRow, ConnectionSort>[];

const columnsOf = (rate: (key: string) => string): Columns => [
  { title: 'PID', sort: 'pid', width: '10.4rem', cell: ({ pid }) => <code>{pid}</code> },
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
