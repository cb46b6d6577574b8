import { kernelOf } from '../../runtime/index.js';
import type { Stage } from './stage.js';

/**
 * What is left of clients that have all gone (CT2), a line each: nothing, once every linger is over and every answer
 * that was waited for is late.
 */
export function leftovers({ inside, system }: Stage): readonly string[] {
  const { arrivals, asked, broker } = inside;
  const channels = [...broker.channels];
  const held = [...broker.members.values()].filter(({ session }) => session !== undefined).length;
  const named = (isLeft: (channel: (typeof channels)[number]) => unknown): string[] =>
    channels.filter(isLeft).map(({ name }) => name);
  const processes = (on: string): string[] =>
    system.processes().flatMap(({ host, names, pid }) => (host === on ? (names[0] ?? pid) : []));
  return [
    line('connection of the relay', processes('relay')),
    line('connection of the manager', [...broker.members.keys()]),
    line('client that has gone, of whom nobody was told', broker.departures.size),
    line('member that is to catch up', broker.laggards.size),
    line('handshake under way', arrivals.size),
    line('session without a connection', broker.sessions.size - held),
    line('request of the server without its reply', asked.size),
    line(
      'channel with a filter or a clock of a member',
      named(({ ways }) => ways),
    ),
    line(
      'channel in which somebody is present',
      named(({ presence }) => presence),
    ),
    line(
      'channel with a process',
      named(({ room }) => room),
    ),
    line(
      'process of a channel',
      processes('channels').filter((name) => !ACROSS.test(name)),
    ),
    line('call without its reply', system[kernelOf].calls.size),
  ].filter((each) => each !== '');
}

/** What nodes have for each other: the process of a manager, and homes, which are there as long as their histories. */
const ACROSS = /^(.*\/)?channels:fellow$|^@channel:/;

function line(what: string, left: number | readonly string[]): string {
  const count = typeof left === 'number' ? left : left.length;
  if (count === 0) return '';
  const names = typeof left === 'number' ? '' : `: ${left.slice(0, 10).join(', ')}`;
  return `${count} × ${what}${names}`;
}
