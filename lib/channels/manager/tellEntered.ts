import type { Replay } from '../broker/join.js';
import type { Member } from '../members/member.js';
import { eventId, readEventId } from '../messages/eventId.js';

/**
 * Writes a plain client the text that it is in its channel. One of server-sent events is told where it begins, and, if it
 * was there before and does not get what it has missed, in an event `gap` why not: what a reply to `since` says (SE5).
 */
export function tellEntered(member: Member, text: string, replay: Replay | undefined): void {
  const { stream } = member;
  if (stream === undefined) return void member.write(text);
  const start = replay?.start;
  member.write(text, start && { id: eventId(start) });
  const reason = replay === undefined && stream.lastId !== '' ? 'no_history' : replay?.lost;
  if (reason === undefined) return;
  const id = replay && eventId(replay.position);
  member.write(JSON.stringify({ reason }), { event: 'gap', ...(id !== undefined && { id }) });
}

/** What of the past a client wants by its path: what it has missed. What it says may be nothing that anybody knows. */
export const wishOf = ({ stream }: Member) =>
  stream?.lastId ? { since: readEventId(stream.lastId) ?? NOWHERE } : undefined;

const NOWHERE = { epoch: '', offset: 0 };
