import { V1 } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { excess } from './excess.js';
import type { Exchange } from './exchange.js';
import { type SubscribeFields, subscribeProblem } from './subscribeProblem.js';
import { wrong } from './wrong.js';

/**
 * Refuses a subscribe about which nobody has to be asked: it is malformed, or there are too many (B15); `false`: it
 * is neither.
 */
export function refuseSubscribe(
  broker: Broker,
  exchange: Exchange,
  fields: SubscribeFields,
): boolean {
  const { member } = exchange;
  const problem = subscribeProblem(broker.limits, fields);
  if (problem !== undefined) {
    wrong(broker, exchange, problem);
    return true;
  }
  if (fields.since !== undefined && member.connection.protocol !== V1) {
    return exchange.fail('not_available', `since: only in ${V1}`, { text: 'Invalid command' });
  }
  if (isTooMany(broker, exchange, fields.channel)) return true;
  const channel = broker.channels.find(fields.channel);
  // Of one more its process would have to hear (B26).
  if (channel?.room?.isFull && !channel.has(member.process)) {
    return exchange.fail('overloaded', 'The channel has too much to do', { after: 1_000 });
  }
  if (broker.conversationOf(member).joins < broker.limits.pendingJoins) return false;
  return exchange.fail('overloaded', 'Too many joins at once', { after: 1_000 });
}

/** Refuses what would be one channel too many; `false`: it would not. */
export function isTooMany(broker: Broker, exchange: Exchange, name: string): boolean {
  const limit = excess(broker, exchange.member, name);
  if (limit !== undefined) exchange.fail('limit', limit);
  return limit !== undefined;
}
