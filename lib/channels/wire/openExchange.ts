import type { ClientFrame } from '../../codec/index.js';
import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import { Exchange } from './exchange.js';
import { OnceExchange } from './onceExchange.js';
import { refuseRequest } from './refuseRequest.js';

/** Begins the exchange of a message. `undefined`: a request that is refused, or was asked before (CP7, CP23). */
export function openExchange(
  broker: Broker,
  member: Member,
  frame: ClientFrame,
  raw: string,
  size: number,
): Exchange | undefined {
  const { id, once, problem } = frame;
  const session = once === true && problem === undefined ? member.session : undefined;
  if (session === undefined || typeof id !== 'number') {
    return refuseRequest(broker, member, frame)
      ? undefined
      : new Exchange(member, frame, raw, size);
  }
  const replies = broker.sessions.onceOf(session);
  // The reply that it waits for is for this one as well.
  if (replies.isAwaited(id, member)) return undefined;
  const isKnown = replies.knows(id);
  if (refuseRequest(broker, member, frame, isKnown)) return undefined;
  if (!isKnown) return new OnceExchange(member, frame, raw, size, replies);
  replies.repeat(id, member);
  return undefined;
}
