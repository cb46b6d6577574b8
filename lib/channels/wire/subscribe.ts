import type { Broker } from '../broker/broker.js';
import { type Answer, isRefusal } from './admit.js';
import { admitByProcess } from './admitByProcess.js';
import { enterByCommand } from './enterByCommand.js';
import type { Exchange } from './exchange.js';
import { attempt } from './inLane.js';
import { joinRequest } from './joinRequest.js';
import { isTooMany, refuseJoin, refuseSubscribe } from './refuseSubscribe.js';
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

function finish(broker: Broker, exchange: Exchange, fields: SubscribeFields, answer: Answer): void {
  const { member } = exchange;
  const { channel: name } = fields;
  // A hook may have closed it.
  if (!member.isHere) return;
  if (isRefusal(answer)) return refuseJoin(broker, exchange, name, answer);
  // Others may have come while the hook was asked.
  if (isTooMany(broker, exchange, name)) return;
  if (isTooMuch(broker, exchange, fields)) {
    exchange.fail('overloaded', 'Too much waits to be read', { after: 1_000 });
  } else enterByCommand(broker, exchange, fields, answer);
}

/**
 * Whether more waits for the client than what it has missed may be added to (CH4): who comes back to many channels would be
 * closed for it as too slow, and so each time again.
 */
function isTooMuch(
  { limits, histories }: Broker,
  { member: { isV1, line } }: Exchange,
  { channel, since, rewind }: SubscribeFields,
): boolean {
  const isAsked = isV1 && (since ?? rewind) !== undefined;
  return isAsked && line.buffered > limits.catchUp && histories.of(channel) !== undefined;
}
