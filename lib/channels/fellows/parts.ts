import type { Behavior } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { ChannelRooms } from '../rooms/channelRooms.js';
import type { ChannelCluster } from './channelCluster.js';
import { FarClients } from './farClients.js';
import { FellowProcess } from './fellowProcess.js';
import { FreeChannels } from './freeChannels.js';
import { HomedChannels } from './homedChannels.js';
import { homeName } from './homeName.js';
import { Homes } from './homes.js';
import { type RoomParts, roomParts } from './roomParts.js';

/** What the fellows of a manager are made of. */
export function parts(broker: Broker, rooms: ChannelRooms, { names }: ChannelCluster): Parts {
  const { kernel, name: manager } = broker;
  const id = manager === undefined ? 'rx:channel' : `rx:channel:${manager}`;
  const own = new FellowProcess(broker, () => [free, homed, homes, ...processes, ...clients.parts]);
  const clients: FarClients = new FarClients(broker, own);
  const {
    people,
    makePeople,
    parts: processes,
  } = roomParts(broker, rooms, own, () => ({ homed, homes }));
  const free: FreeChannels = new FreeChannels(broker, own);
  const homed: HomedChannels = new HomedChannels(broker, own, people, {
    claim(name, found) {
      let isFound = false;
      const claimed$ = names.claim(homeName(manager, name), id, {
        args: [manager, name],
        host: HOST,
      });
      claimed$.subscribe({
        next: (home) => {
          isFound = true;
          found(home);
        },
        error: () => found(undefined),
        complete: () => isFound || found(undefined),
      });
    },
    release: (home) => homes.release(home),
  });
  const homes: Homes = new Homes(broker, own, homed, makePeople);
  const begin = (): void => {
    kernel.behaviors.set(id, homes.behavior as Behavior);
    own.begin();
  };
  return { process: own, free, homed, homes, people, clients, begin };
}

/** That of the processes of channels, with which their homes end (B34). */
const HOST = 'channels';

/** The parts by what they are for. */
export interface Parts {
  readonly process: FellowProcess;
  readonly free: FreeChannels;
  readonly homed: HomedChannels;
  readonly homes: Homes;
  readonly clients: FarClients;
  readonly people: RoomParts['people'];
  /** The manager's process has begun. */
  begin(): void;
}
