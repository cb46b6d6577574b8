import type { Broker } from '../broker/broker.js';
import type { ChannelRooms } from '../rooms/channelRooms.js';
import type { FellowProcess } from './fellowProcess.js';

/** What the homes of channels, and who is in these, find around them. */
export interface HomeWorld {
  readonly broker: Broker;
  readonly own: Pick<FellowProcess, 'tell' | 'offer' | 'fellowOf'>;
  /** The processes of this node's channels. */
  readonly rooms: ChannelRooms;
}
