import { kernelOf } from '../../runtime/index.js';
import type { Stage } from './stage.js';

/**
 * What is left of connections that have all gone (PT14), one line each: nothing, once every linger is over and every
 * answer that was waited for is late.
 */
export function leftovers({ hub, inside, system }: Stage): readonly string[] {
  const { arrivals, asked, broker } = inside;
  const channels = [...broker.channels];
  const rooms = channels.filter(({ room }) => room !== undefined);
  const processes = system.processes().filter(({ host }) => host === ROOMS);
  const ways = channels.filter((channel) => channel.ways !== undefined);
  return [
    line(
      hub.count,
      'connection of the relay',
      hub.connections().map(({ pid }) => pid),
    ),
    line(broker.members.size, 'connection of the manager', [...broker.members.keys()]),
    line(broker.departures.size, 'client that has gone, of whom nobody was told'),
    line(arrivals.size, 'handshake under way'),
    line(asked.size, 'request of the server without its reply'),
    line(
      ways.length,
      'channel with filters or clocks of members',
      ways.map(({ name }) => name),
    ),
    line(
      rooms.length,
      'channel with a process',
      rooms.map(({ name }) => name),
    ),
    line(
      processes.length,
      `process on host ${ROOMS}`,
      processes.map(({ names, pid }) => names[0] ?? pid),
    ),
    line(system[kernelOf].calls.size, 'call without its reply'),
  ].filter((each) => each !== '');
}

/** The host of the processes of channels (B23). */
const ROOMS = 'channels';

function line(count: number, what: string, which: readonly string[] = []): string {
  if (count === 0) return '';
  return [`${count} × ${what}`, which.slice(0, 10).join(', ')].filter(Boolean).join(': ');
}
