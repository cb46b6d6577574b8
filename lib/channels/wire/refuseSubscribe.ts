import { V1 } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { isDecided, type Refusal } from './admit.js';
import { dismiss } from './dismiss.js';
import { excess } from './excess.js';
import type { Exchange } from './exchange.js';
import { type SubscribeFields, subscribeProblem } from './subscribeProblem.js';
import { notAvailable, wrong } from './wrong.js';

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
  if (problem !== undefined) wrong(broker, exchange, problem);
  else if (fields.since !== undefined && !member.isV1) {
    notAvailable(exchange, `since: only in ${V1}`);
  } else if (isTooMany(broker, exchange, fields.channel)) return true;
  else if (isBusy(broker, exchange, fields.channel)) {
    exchange.fail('overloaded', 'The channel has too much to do', { after: 1_000 });
  } else if (broker.conversationOf(member).joins < broker.limits.pendingJoins) return false;
  else exchange.fail('overloaded', 'Too many joins at once', { after: 1_000 });
  return true;
}

/** Tells who is not let in why; if it was a member it is none any more, and is told that before (CP14). */
export function refuseJoin(broker: Broker, exchange: Exchange, name: string, why: Refusal): void {
  const { refused, message, retry, after } = why;
  if (isDecided(why)) dismiss(broker, name, exchange.member);
  exchange.fail(refused, message, { retry, after });
}

/** Refuses what would be one channel too many; `false`: it would not. */
export function isTooMany(broker: Broker, exchange: Exchange, name: string): boolean {
  const limit = excess(broker, exchange.member, name);
  if (limit !== undefined) exchange.fail('limit', limit);
  return limit !== undefined;
}

/** Whether its process has too much to do to hear of one more (B26). */
function isBusy({ channels }: Broker, { member }: Exchange, name: string): boolean {
  const channel = channels.find(name);
  return channel?.room?.isFull === true && !channel.has(member.process);
}
