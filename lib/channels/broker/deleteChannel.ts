import type { Broker } from './broker.js';
import { left } from './left.js';
import { membersOf } from './membersOf.js';
import { tellExpelled } from './tellExpelled.js';

/** Ends a channel with all that belongs to it, and then tells who was in it; `false` if there is none (B28). */
export function deleteChannel(broker: Broker, name: string): boolean {
  const { channels } = broker;
  const channel = channels.find(name);
  if (channel === undefined) {
    // What a store has kept is older than the channel, which nobody has needed yet.
    broker.histories.forget(name);
    return false;
  }
  broker.gatherings.flush(channel);
  const members = membersOf(broker, channel);
  for (const member of members) channels.exit(channel, member, false);
  channels.delete(channel);
  broker.histories.forget(name);
  const { room } = channel;
  channel.room = undefined;
  const why = { code: 'deleted', retry: false };
  broker.laggards.changeAll(name, why);
  for (const member of members) tellExpelled(name, member, why);
  // Before anybody's code, by which there may be a new channel of this name.
  room?.stop();
  for (const member of members) left(broker, channel, member);
  return true;
}
