import { cutReason, mayRetry } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { closeMember } from '../broker/closeMember.js';
import type { Member } from '../members/member.js';
import { type Refusal, refusal } from '../wire/admit.js';

/** Closes who may not come into the channel of its path, as a join by command is refused: by a code that says whether it may come back (B24, Z6). */
export function closeByPath(
  broker: Broker,
  member: Member,
  { refused, message, retry }: Refusal,
): void {
  const isLater = retry ?? mayRetry(refused);
  closeMember(broker, member, isLater ? 1013 : 4403, cutReason(message));
}

/** The same where something has failed, which is told. */
export function failByPath(broker: Broker, member: Member, name: string, error: unknown): void {
  broker.report(`the join of the path to ${name}`, error);
  closeByPath(broker, member, refusal('internal', 'Internal error'));
}
