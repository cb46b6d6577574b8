import type { Broker } from '../broker/broker.js';
import { expel } from '../broker/expel.js';
import { membersOf } from '../broker/membersOf.js';
import type { ChannelHistory } from '../history/channelHistory.js';
import { eventId } from '../messages/eventId.js';

/**
 * The positions of a channel's members are worth nothing any more, as its stream is another one: clients of v1 are to ask
 * by them, and are told then what became of them; a stream of server-sent events is told at once (SE5).
 */
export function loseTrack(broker: Broker, { name, position }: ChannelHistory): void {
  const channel = broker.channels.find(name);
  if (channel === undefined) return;
  const message = 'The history of the channel goes on elsewhere';
  const gap = { event: 'gap', id: eventId(position) };
  for (const member of membersOf(broker, channel)) {
    if (member.stream?.channel === name) member.write('{"reason":"epoch"}', gap);
    if (member.isV1) expel(broker, channel, member, { code: 'lagged', message, retry: true });
  }
}
