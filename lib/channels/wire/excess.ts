import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';

/** Of which channels there are too many for one more of a client, which may not be here yet (B15). */
export function excess(
  { channels, limits }: Broker,
  member: Member | undefined,
  name: string,
): string | undefined {
  const channel = channels.find(name);
  if (member !== undefined && channel?.has(member.process)) return undefined;
  if ((member?.channels ?? 0) >= limits.channels) {
    return `Too many channels: ${limits.channels} for a client`;
  }
  const isFull = channels.ofClients >= limits.clientChannels && channels.idle === undefined;
  return channel === undefined && isFull ? 'Too many channels' : undefined;
}
