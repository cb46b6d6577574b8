import type { Broker } from '../broker/broker.js';
import { enter, joined } from '../broker/join.js';
import { type Answer, isDecided, isRefusal, type Refusal } from './admit.js';
import { admitByProcess } from './admitByProcess.js';
import { dismiss } from './dismiss.js';
import type { Exchange } from './exchange.js';
import { attempt } from './inLane.js';
import { joinRequest } from './joinRequest.js';
import { isTooMany, refuseSubscribe } from './refuseSubscribe.js';
import { type SubscribeFields, wishOf } from './subscribeProblem.js';

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
  if (isRefusal(answer)) {
    const { refused, message, retry, after } = answer;
    // Who was a member is none any more, as it is told (CP14).
    if (isDecided(answer)) dismiss(broker, name, member);
    exchange.fail(refused, message, { retry, after });
    return;
  }
  // Others may have come while the hook was asked.
  if (!isTooMany(broker, exchange, name)) begin(broker, exchange, fields, answer);
}

type Admission = Exclude<Answer, Refusal>;

/**
 * In one turn: the membership, the reply, what the client gets of the past, and then whoever is told of it (B17). The
 * result is made text first: a state that has no JSON changes nothing.
 */
function begin(
  broker: Broker,
  exchange: Exchange,
  fields: SubscribeFields,
  joining: Admission,
): void {
  const { member } = exchange;
  const { channel: name, params, since, rewind } = fields;
  const { state, expiresIn } = joining;
  const isNew = enter(broker, name, member, { joining, wish: wishOf(fields), params }, (replay) => {
    const isLost = replay === undefined && (since ?? rewind) !== undefined;
    const result = JSON.stringify({
      channel: name,
      ...(isLost && { recovered: false, reason: 'no_history' }),
      ...replay?.fields,
      ...(state !== undefined && { state }),
      ...(expiresIn !== undefined && { expires_in: broker.millis(expiresIn) }),
    });
    const text = `Subscribed to channel: ${name}`;
    return () => void exchange.done({ type: 'system', payload: text }, result);
  });
  if (isNew === true) joined(broker, name, member, params);
  else if (isNew === false) broker.channels.find(name)?.room?.renewed(member, params);
}
