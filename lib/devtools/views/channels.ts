import { defer, interval, map, type Observable, startWith, takeWhile } from 'rxjs';
import { type WebSocketManager, websocketManagers } from '../../channels/index.js';
import { insideOf, ProcessError } from '../../core/index.js';
import { kernelOf, type System } from '../../runtime/index.js';
import type { ChannelSort } from '../wire/ask.js';
import type { ChannelDetail, ChannelRow } from '../wire/page.js';
import { identityOf } from './connections.js';
import { Listing } from './listing.js';
import type { Means } from './means.js';

/** The channels of all managers of a system, each with how many are in it (DV9). */
export const channels = ({ system, effort }: Means): Listing<Place, ChannelSort> =>
  new Listing<Place, ChannelSort>(system[kernelOf], effort, {
    items: () => places(system),
    texts: ({ name }) => [name],
    keys: { name: ({ name }) => name, members: ({ manager, name }) => manager.channel(name).count },
  });

export function channelRow({ manager, name }: Place): ChannelRow {
  const { broker } = manager[insideOf];
  const pid = broker.channels.find(name)?.room?.pid;
  const position = broker.histories.of(name)?.position;
  return {
    name,
    members: broker.channels.countOf(name),
    presence: broker.channels.presenceOf(name) !== undefined,
    history: position !== undefined,
    ...(pid !== undefined && { process: pid }),
    ...(position !== undefined && { offset: position.offset }),
  };
}

/** One channel once a second: who is in it, and who is present; completes after its end. Errors with `NotFound`. */
export const channelDetail = (system: System, name: string): Observable<ChannelDetail> =>
  defer(() => {
    const place = placeOf(system, name);
    if (place === undefined) throw new ProcessError('NotFound', `there is no channel ${name}`);
    return interval(PERIOD, system.scheduler).pipe(
      startWith(0),
      map(() => placeOf(system, name)),
      takeWhile((found) => found !== undefined),
      map(detailOf),
    );
  });

/** Milliseconds. */
const PERIOD = 1_000;
/** So many members and keys are shown. */
const MOST = 200;

function detailOf(place: Place): ChannelDetail {
  const { manager, name } = place;
  const { channels: table } = manager[insideOf].broker;
  const members = (table.find(name)?.ids ?? []).slice(0, MOST);
  const connections = members.map((pid) => {
    const who = identityOf(manager, pid);
    return { pid, ...(who !== undefined && { who }) };
  });
  const present = (table.presenceOf(name)?.list ?? [])
    .slice(0, MOST)
    .map(({ key, metas }) => ({ key, count: metas.length }));
  return { ...channelRow(place), connections, present };
}

/** A channel of a manager. */
interface Place {
  readonly manager: WebSocketManager;
  readonly name: string;
}

function* places(system: System): Iterable<Place> {
  for (const manager of websocketManagers(system)) {
    for (const name of manager.channels.listChannels()) yield { manager, name };
  }
}

const placeOf = (system: System, name: string): Place | undefined => {
  const manager = websocketManagers(system).find(({ channels }) => channels.channelExists(name));
  return manager && { manager, name };
};
