import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import type { Channels } from '../table/channels.js';

/** Tells who is to know that a client has left. */
export function left(
  { channels }: { readonly channels: Channels },
  channel: Channel,
  member: Member,
  reason = 'unsubscribed',
): void {
  channels.tell(channel, 'left', member);
  channel.room?.left(member, reason);
}
