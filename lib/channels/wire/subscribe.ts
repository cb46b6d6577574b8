import type { Broker } from '../broker/broker.js';
import { join, joined } from '../broker/join.js';
import { type Answer, isRefusal } from './admit.js';
import { admitByProcess } from './admitByProcess.js';
import type { Exchange } from './exchange.js';
import { attempt } from './inLane.js';
import { joinRequest } from './joinRequest.js';
import { isTooMany, refuseJoin, refuseSubscribe } from './refuseSubscribe.js';
import type { SubscribeFields } from './subscribeProblem.js';
import { pushPresence, subscribeResult } from './subscribeResult.js';

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
 * In one turn: the membership with its presence, the reply, and then whoever is told of it (B17). What may fail comes
 * first: a state that has no JSON, say, changes nothing.
 */
function finish(broker: Broker, exchange: Exchange, fields: SubscribeFields, answer: Answer): void {
  const { member } = exchange;
  const { channel: name, params } = fields;
  // A hook may have closed it.
  if (!member.isHere) return;
  if (isRefusal(answer)) return refuseJoin(broker, exchange, name, answer);
  // Others may have come while the hook was asked.
  if (isTooMany(broker, exchange, name)) return;
  const result = subscribeResult(broker, exchange, fields, answer);
  const isNew = join(broker, name, member, answer, true, params);
  exchange.done({ type: 'system', payload: `Subscribed to channel: ${name}` }, result());
  pushPresence(broker, exchange, fields);
  if (isNew) joined(broker, name, member, params);
  else broker.channels.find(name)?.room?.renewed(member, params);
}
