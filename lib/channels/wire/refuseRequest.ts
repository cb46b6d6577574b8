import type { ClientFrame } from '../../codec/index.js';
import { V1, type WireError } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import { errorText, wireError } from '../messages/replyText.js';
import { countWrong } from './wrong.js';

/**
 * Refuses a request that is not even looked at (CP7, B16, B29); `false`: it has a place among those that wait, as has what
 * is no request.
 *
 * @param isKnown it is asked again, and may have been performed: so it is never said of it that it was too much, by which
 *   its client would take it for not performed (CP23)
 */
export function refuseRequest(
  broker: Broker,
  member: Member,
  frame: ClientFrame,
  isKnown = false,
): boolean {
  const { id } = frame;
  const refused = id === undefined ? undefined : problemOf(broker, member, frame, isKnown);
  if (refused === undefined) return false;
  // Not by an exchange, because the one with this id goes on.
  const { timestamp } = broker;
  member.write(errorText(id, refused, { type: 'system', payload: refused.message, timestamp }));
  if (refused.code === 'bad_request') countWrong(broker, member);
  return true;
}

function problemOf(
  broker: Broker,
  member: Member,
  { id, once }: ClientFrame,
  isKnown: boolean,
): WireError | undefined {
  const conversation = broker.conversationOf(member);
  const { pending } = conversation;
  if (pending.has(id as number)) return wireError('bad_request', 'id in use');
  if (once === true && !member.isV1) return wireError('not_available', `once: only in ${V1}`);
  const isFull = pending.size >= broker.limits.pending || (once && member.session?.once?.isFull);
  if (isFull && !isKnown) {
    return wireError('overloaded', 'Too many requests at once', { after: 1_000 });
  }
  const after = member.isV1 ? conversation.takeRequest() : 0;
  if (after === 0) return undefined;
  return wireError(isKnown ? 'outcome_unknown' : 'rate_limited', 'Too many requests', { after });
}
