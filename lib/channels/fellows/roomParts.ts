import type { Broker } from '../broker/broker.js';
import type { ChannelRooms } from '../rooms/channelRooms.js';
import { awayPart } from './awayPart.js';
import type { FellowProcess, Part } from './fellowProcess.js';
import type { HomedChannels } from './homedChannels.js';
import { homePart } from './homePart.js';
import { HomePeople } from './homePeople.js';
import { HomeRooms } from './homeRooms.js';
import type { Homes } from './homes.js';

/** What there is of channels' processes across nodes; `others` is asked for when all is made. */
export function roomParts(
  broker: Broker,
  rooms: ChannelRooms,
  own: FellowProcess,
  others: () => { readonly homed: HomedChannels; readonly homes: Homes },
): RoomParts {
  const world = { broker, rooms, own };
  const peopleOf = (name: string): HomePeople | undefined => others().homes.peopleOf(name);
  const people = new HomeRooms({
    ...world,
    homes: {
      isHere: (name) => others().homed.find(name)?.home !== undefined,
      seek: (name) => others().homed.open(name).attend(),
      peopleOf,
    },
  });
  return {
    people,
    parts: [homePart(world, () => others().homes), awayPart(broker, people)],
    makePeople: (name) => new HomePeople(world, name),
  };
}

export interface RoomParts {
  /** The rooms of all channels, wherever their processes are. */
  readonly people: HomeRooms;
  readonly parts: readonly Part[];
  /** Those of other nodes, for a home that begins. */
  makePeople(name: string): HomePeople;
}
