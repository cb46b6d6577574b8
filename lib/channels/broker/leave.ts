import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import type { Broker } from './broker.js';

/**
 * A client leaves by itself: the membership alone, so that a reply can go before what follows from it. Gives the channel;
 * `undefined` if it was no member.
 */
export function leave(broker: Broker, name: string, member: Member): Channel | undefined {
  // First, as the channel may have been deleted.
  broker.laggards.forget(member, name);
  const channel = broker.channels.find(name);
  if (channel === undefined) return undefined;
  broker.gatherings.flush(channel);
  return broker.channels.exit(channel, member, false) ? channel : undefined;
}
