import type { Broker } from '../broker/broker.js';
import type { Replay } from '../broker/replay.js';
import type { Wish } from '../history/channelHistory.js';
import type { Member } from '../members/member.js';
import { eventId, readEventId } from '../messages/eventId.js';
import { eventText, systemText } from '../messages/replyText.js';

/**
 * Tells a client that it is in the channel of its path. The text is made at once, since a state that has no JSON changes
 * nothing; what is returned sends it.
 */
export function sayEntered(
  { timestamp }: Broker,
  member: Member,
  channel: string,
  replay: Replay | undefined,
  state?: unknown,
): () => void {
  if (member.isV1) {
    const text = eventText(channel, 'rx:subscribed', { ...replay?.opening, state }, timestamp);
    return () => void member.write(text);
  }
  const text = systemText(`Connected to channel: ${channel}`, timestamp);
  return () => sendStart(member, text, replay);
}

/**
 * A client of server-sent events is told where it begins, and, if it was there before and does not get what it has
 * missed, by an event `gap` why not: what a reply to `since` says (SE5).
 */
function sendStart(member: Member, text: string, replay: Replay | undefined): void {
  const { stream } = member;
  const start = stream && replay?.start;
  member.write(text, start && { id: eventId(start) });
  const reason = replay === undefined ? NO_HISTORY : replay.lost;
  if (!stream?.lastId || reason === undefined) return;
  const position = replay && { id: eventId(replay.position) };
  member.write(JSON.stringify({ reason }), { event: 'gap', ...position });
}

const NO_HISTORY = 'no_history';

/** What of the past a client wants by its path: what it has missed. What it says may be nothing that anybody knows. */
export const wishOf = ({ stream }: Member): Wish | undefined =>
  stream?.lastId ? { since: readEventId(stream.lastId) ?? NOWHERE } : undefined;

const NOWHERE = { epoch: '', offset: 0 };
