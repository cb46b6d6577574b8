import type { ChannelHistory } from '../history/channelHistory.js';
import type { Member } from '../members/member.js';
import type { Place } from '../messages/encoded.js';
import { eventId } from '../messages/eventId.js';
import type { Way } from './channel.js';

/**
 * Tells a member, of v1 or of server-sent events, where it is when its filter has let nothing of half a history through, or
 * its position would be lost although it has missed nothing (CH10). Behind all that it was sent, because that is below its
 * position then.
 */
export function tellPosition(
  history: ChannelHistory | undefined,
  member: Member,
  way: Way,
  place: Pick<Place, 'offset'> | undefined,
): void {
  if (history === undefined || place === undefined) return;
  const isStream = member.stream?.channel === history.name;
  if ((!member.isV1 && !isStream) || way.passed * 2 < history.plan.size) return;
  way.passed = 0;
  const position = { epoch: history.position.epoch, offset: place.offset };
  if (isStream) member.write('{}', { event: 'position', id: eventId(position) });
  else member.tell(history.name, 'rx:position', position);
}

/** Notes whether a member was sent a recorded message. */
export function notePassed(way: Way, isSent: boolean): void {
  way.passed = isSent ? 0 : way.passed + 1;
}
