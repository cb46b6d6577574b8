import type { JSX } from 'preact';
import type { ConnectionPage, ConnectionRow } from '../../wire/page.js';
import { ActionButton } from '../actions/actionButton.js';
import { actions } from '../actions/actions.js';
import { Detail } from '../common/detail.js';
import { Facts } from '../common/facts.js';
import { format } from '../common/format.js';
import { hrefOf, processHref } from '../common/routeOf.js';
import { useWatch } from '../server/useWatch.js';

/** One connection: whose it is, in which channels, and what may be done to it. */
export function ConnectionDetail({ pid }: { readonly pid: string }): JSX.Element {
  // The list has no question for one of them; those that have its PID in a text are few.
  const { value } = useWatch<ConnectionPage>({
    ...{ watch: 'connections', sort: 'pid', descending: false },
    ...{ filter: pid, from: 0, count: 50 },
  });
  const row = value?.rows.find((each) => each.pid === pid);
  if (row === undefined) {
    return <Detail title={pid} back="connections" note={value && 'It is no longer connected.'} />;
  }
  const who = row.who ?? pid;
  return (
    <Detail title={who} back="connections">
      <Facts
        facts={[
          [
            'Process',
            <a key={pid} href={processHref(pid)}>
              {pid}
            </a>,
          ],
          ['Target', row.target],
          ['Status', row.status],
          ['Buffered', format.bytes(row.buffered)],
          ['Traffic', `${format.bytes(row.received)} in, ${format.bytes(row.sent)} out`],
          ['Uptime', format.duration(row.uptime)],
        ]}
      />
      <ActionButton action={actions.close(pid, who)} />
      <ChannelList row={row} who={who} />
    </Detail>
  );
}

function ChannelList({ row, who }: ChannelListProps): JSX.Element {
  const { pid, channels } = row;
  return (
    <>
      <h4>Channels</h4>
      {channels.length === 0 && <p class="soft">It is in none.</p>}
      <ul class="lines">
        {channels.map((channel) => (
          <li key={channel}>
            <a href={hrefOf({ tab: 'channels', at: channel })}>{channel}</a>
            <ActionButton action={actions.kick(pid, channel, who)} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface ChannelListProps {
  readonly row: ConnectionRow;
  readonly who: string;
}
