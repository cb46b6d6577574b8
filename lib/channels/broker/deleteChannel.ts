import type { Broker } from './broker.js';
import { left } from './left.js';
import { membersOf } from './membersOf.js';
import { tellExpelled } from './tellExpelled.js';

/** Ends a channel with all that belongs to it, and then tells who was in it; `false` if there is none (B28). */
export function deleteChannel(broker: Broker, name: string): boolean {
  if (broker.fellows !== undefined) return broker.fellows.delete(name);
  // What a store has kept may be older than the channel, which nobody has needed yet.
  return deleteHere(broker, name, () => broker.histories.forget(name));
}

/** The same of what this node has of it. `forget`: what is kept of it; default: somebody else sees to that. */
export function deleteHere(broker: Broker, name: string, forget = (): void => {}): boolean {
  const { channels } = broker;
  const channel = channels.find(name);
  if (channel === undefined) {
    forget();
    return false;
  }
  broker.gatherings.flush(channel);
  const members = membersOf(broker, channel);
  for (const member of members) channels.exit(channel, member, false);
  channels.delete(channel);
  forget();
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
