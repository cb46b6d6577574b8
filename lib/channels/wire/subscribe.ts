import type { Broker } from '../broker/broker.js';
import { join, joined } from '../broker/join.js';
import { type Answer, isDecided, isRefusal } from './admit.js';
import { admitByProcess } from './admitByProcess.js';
import { dismiss } from './dismiss.js';
import type { Exchange } from './exchange.js';
import { attempt } from './inLane.js';
import { joinRequest } from './joinRequest.js';
import { isTooMany, refuseSubscribe } from './refuseSubscribe.js';
import type { SubscribeFields } from './subscribeProblem.js';

/** Has a client join a channel, as its command asks (B15); `done` when it is answered. */
export function subscribe(
  broker: Broker,
  exchange: Exchange,
  fields: SubscribeFields,
  done: () => void,
): void {
  const { member } = exchange;
  if (refuseSubscribe(broker, exchange, fields)) return done();
  const conversation = broker.conversationOf(member);
  conversation.joins++;
  conversation.during((over) =>
    admitByProcess(broker, joinRequest(member.connection, fields), (answer) => {
      conversation.joins--;
      over();
      attempt(broker, exchange, () => finish(broker, exchange, fields, answer));
      done();
    }),
  );
}

/**
 * In one turn: the membership, the reply, and then whoever is told of it (B17). The result is made text first: a
 * state that has no JSON changes nothing.
 */
function finish(broker: Broker, exchange: Exchange, fields: SubscribeFields, answer: Answer): void {
  const { member } = exchange;
  const { channel: name, since } = fields;
  // A hook may have closed it.
  if (!member.isHere) return;
  if (isRefusal(answer)) {
    const { refused, message, retry, after } = answer;
    // Who was a member is none any more, as it is told (CP14).
    if (isDecided(answer)) dismiss(broker, name, member);
    exchange.fail(refused, message, { retry, after });
    return;
  }
  // Others may have come while the hook was asked.
  if (isTooMany(broker, exchange, name)) return;
  const result = JSON.stringify({
    channel: name,
    ...(since !== undefined && { recovered: false, reason: 'no_history' }),
    ...(answer.state !== undefined && { state: answer.state }),
    ...(answer.expiresIn !== undefined && { expires_in: broker.millis(answer.expiresIn) }),
  });
  const isNew = join(broker, name, member, answer, true, fields.params);
  exchange.done({ type: 'system', payload: `Subscribed to channel: ${name}` }, result);
  if (isNew) joined(broker, name, member, fields.params);
  else broker.channels.find(name)?.room?.renewed(member, fields.params);
}
