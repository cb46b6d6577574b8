import type { Broker } from '../broker/broker.js';
import type { ChannelRooms } from '../rooms/channelRooms.js';
import type { ChannelCluster } from './channelCluster.js';
import { claimHome } from './claimHome.js';
import { FarClients } from './farClients.js';
import { FellowProcess } from './fellowProcess.js';
import { FreeChannels } from './freeChannels.js';
import { HomedChannels } from './homedChannels.js';
import { Homes } from './homes.js';
import { type RoomParts, roomParts } from './roomParts.js';

/** What the fellows of a manager are made of. */
export function parts(broker: Broker, rooms: ChannelRooms, { names }: ChannelCluster): Parts {
  const { name: manager } = broker;
  const id = manager === undefined ? 'rx:channel' : `rx:channel:${manager}`;
  const own = new FellowProcess(broker, () => [free, homed, homes, ...processes, ...clients.parts]);
  const {
    people,
    makePeople,
    parts: processes,
  } = roomParts(broker, rooms, own, () => ({ homed, homes }));
  const claim = claimHome(names, id, manager);
  const free: FreeChannels = new FreeChannels(broker, own);
  const homed: HomedChannels = new HomedChannels(broker, own, people, {
    claim: (channel, found) =>
      claim(channel, (home) => {
        if (home === undefined || !homed.isHere(home)) homes.forgetEarly(channel);
        found(home);
      }),
    release: (home) => homes.release(home),
  });
  const homes: Homes = new Homes(broker, own, homed, makePeople);
  const clients = new FarClients(broker, own);
  const begin = (): void => {
    homes.define(id);
    own.begin();
  };
  return { own, free, homed, homes, people, clients, begin };
}

/** The parts by what they are for. */
export interface Parts {
  readonly own: FellowProcess;
  readonly free: FreeChannels;
  readonly homed: HomedChannels;
  readonly homes: Homes;
  readonly people: RoomParts['people'];
  readonly clients: FarClients;
  /** The manager's process has begun. */
  begin(): void;
}
