import type { Broker } from '../broker/broker.js';
import { closeMember } from '../broker/closeMember.js';
import type { Member } from '../members/member.js';
import type { Exchange } from './exchange.js';

/** Answers a message that is malformed (B5, CP10), and counts it. */
export function wrong(
  broker: Broker,
  exchange: Exchange,
  problem: string,
  code = 'bad_request',
): void {
  exchange.fail(code, problem, { text: 'Invalid command' });
  countWrong(broker, exchange.member);
}

/** Answers a command that does nothing here. */
export const notAvailable = (exchange: Exchange, why: string): void =>
  void exchange.fail('not_available', why, { text: 'Invalid command' });

/**
 * A client of v1 that sends 20 malformed messages in 10 s is closed with 4400, because its program is wrong, and
 * nothing that it sends can be trusted (CP10).
 */
export function countWrong(broker: Broker, member: Member): void {
  if (!member.isV1 || !broker.conversationOf(member).isTooWrong()) return;
  broker.warn(
    'protocol_errors',
    `${member.pid} sends too much that is malformed: closed with 4400`,
  );
  closeMember(broker, member, 4400, 'too many protocol errors');
}
