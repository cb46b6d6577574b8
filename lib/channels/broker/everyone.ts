import type { Attendee } from '../table/room.js';
import type { Broker } from './broker.js';
import { membersOf } from './membersOf.js';

/** Who is in a channel, as its process is to know it, in the order of joining; as a copy. */
export function everyone(broker: Broker, name: string): readonly Attendee[] {
  const channel = broker.channels.find(name);
  return channel === undefined ? [] : membersOf(broker, channel);
}
