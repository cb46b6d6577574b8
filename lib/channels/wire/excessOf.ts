import type { WireError } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import { wireError } from '../messages/replyText.js';

/** Of what there is too much for one more join (§2.5, B26). */
export function excessOf(broker: Broker, member: Member, name: string): WireError | undefined {
  const { channels, limits } = broker;
  const channel = channels.find(name);
  const { joins } = broker.conversationOf(member);
  if (joins >= limits.pendingJoins) return overloaded('Too many joins at once');
  if (channel?.has(member.process)) return undefined;
  if (channel?.room?.isFull) return overloaded('The channel has too much to do');
  if (member.channels >= limits.channels) {
    return wireError('limit', `Too many channels: ${limits.channels} for a client`);
  }
  const isNew = channel === undefined && channels.ofClients >= limits.clientChannels;
  return isNew ? wireError('limit', 'Too many channels') : undefined;
}

const overloaded = (text: string): WireError => wireError('overloaded', text, { after: 1_000 });
