import type { Broker } from '../broker/broker.js';
import { enter } from '../broker/enter.js';
import { joined } from '../broker/join.js';
import type { Granted } from '../definitions/joining.js';
import type { Exchange } from './exchange.js';
import { joinRequest } from './joinRequest.js';
import { type SubscribeFields, wishesOf, wishOf } from './subscribeProblem.js';
import { pushPresence, subscribeResult } from './subscribeResult.js';

/** Whom nobody has refused comes in. In one turn: the membership, the reply with what belongs to it, and then whoever is told of it (B17). */
export function enterByCommand(
  broker: Broker,
  exchange: Exchange,
  fields: SubscribeFields,
  joining: Granted,
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
