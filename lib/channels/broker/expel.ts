import { mayRetry } from '../../protocol/index.js';
import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import type { Broker } from './broker.js';
import { left } from './left.js';
import { type Expulsion, tellExpelled } from './tellExpelled.js';

/**
 * The server ends a membership, and a client of v1 is told why (B28), before anybody else, who may have it join again
 * (CP12); `false` if there is none.
 */
export function expel(broker: Broker, channel: Channel, member: Member, why: Expulsion): boolean {
  broker.gatherings.flush(channel);
  if (!broker.channels.exit(channel, member, comesBack(why))) {
    return broker.laggards.change(member, channel.name, why);
  }
  tellExpelled(channel.name, member, why);
  left(broker, channel, member, why.code);
  return true;
}

/** Whether its presence lingers, because it is told to ask again; whom somebody has removed is out at once (PR7). */
const comesBack = ({ code, retry = mayRetry(code) }: Expulsion): boolean =>
  retry && code !== 'kicked';
