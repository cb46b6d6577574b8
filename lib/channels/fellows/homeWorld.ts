import type { Broker } from '../broker/broker.js';
import type { ChannelRooms } from '../rooms/channelRooms.js';
import type { FellowProcess } from './fellowProcess.js';

/** Where the home of a channel is. */
export interface HomeWorld {
  readonly broker: Broker;
  readonly fellow: Pick<FellowProcess, 'tell' | 'offer' | 'fellowOf'>;
  /** The processes of this node's channels. */
  readonly rooms: ChannelRooms;
}
