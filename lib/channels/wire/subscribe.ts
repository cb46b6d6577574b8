import type { Broker } from '../broker/broker.js';
import { enter } from '../broker/enter.js';
import { joined } from '../broker/join.js';
import { type Answer, isRefusal, type Refusal } from './admit.js';
import { admitByProcess } from './admitByProcess.js';
import type { Exchange } from './exchange.js';
import { attempt } from './inLane.js';
import { joinRequest } from './joinRequest.js';
import { isTooMany, refuseJoin, refuseSubscribe } from './refuseSubscribe.js';
import { type SubscribeFields, wishesOf, wishOf } from './subscribeProblem.js';
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

function finish(broker: Broker, exchange: Exchange, fields: SubscribeFields, answer: Answer): void {
  const { member } = exchange;
  const { channel: name } = fields;
  // A hook may have closed it.
  if (!member.isHere) return;
  if (isRefusal(answer)) return refuseJoin(broker, exchange, name, answer);
  // Others may have come while the hook was asked.
  if (!isTooMany(broker, exchange, name)) begin(broker, exchange, fields, answer);
}

/** In one turn: the membership, the reply with what belongs to it, and then whoever is told of it (B17). */
function begin(
  broker: Broker,
  exchange: Exchange,
  fields: SubscribeFields,
  joining: Exclude<Answer, Refusal>,
): void {
  const { member } = exchange;
  const { channel: name, params } = fields;
  const request = joinRequest(member.connection, fields);
  const entrance = { joining, wish: wishOf(fields), wishes: wishesOf(fields) };
  const isNew = enter(broker, member, request, entrance, (replay) => {
    const resultFor = subscribeResult(broker, fields, joining, replay);
    const payload = `Subscribed to channel: ${name}`;
    return (appeared) => void exchange.done({ type: 'system', payload }, resultFor(appeared));
  });
  pushPresence(broker, exchange, fields);
  if (isNew === true) joined(broker, name, member, params);
  else if (isNew === false) broker.channels.find(name)?.room?.renewed(member, params);
}
