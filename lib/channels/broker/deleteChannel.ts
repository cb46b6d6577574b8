import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import type { Broker } from './broker.js';
import { expel } from './expel.js';

/** Ends a channel with all that belongs to it; `false` if there is none (B28). */
export function deleteChannel(broker: Broker, name: string): boolean {
  const channel = broker.channels.find(name);
  if (channel === undefined) return false;
  const { room } = channel;
  channel.room = undefined;
  for (const member of membersOf(broker, channel)) {
    expel(broker, channel, member, { code: 'deleted', retry: false });
  }
  room?.stop();
  broker.channels.delete(channel);
  return true;
}

/** The members of a channel that are connections, in the order of their joining, as a copy. */
export function membersOf({ members }: Broker, channel: Channel): Member[] {
  return [...(channel.group?.members.keys() ?? [])].flatMap(({ pid }) => members.get(pid) ?? []);
}
