import { V1 } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { join, joined } from '../broker/join.js';
import type { JoinRequest, Position } from '../definitions/joinHook.js';
import type { Member } from '../members/member.js';
import { type Answer, admit, isDecided, isRefusal } from './admit.js';
import { dismiss } from './dismiss.js';
import { excess } from './excess.js';
import type { Exchange } from './exchange.js';
import { attempt } from './inLane.js';
import { subscribeProblem } from './subscribeProblem.js';
import { wrong } from './wrong.js';

/** Has a client join a channel, as its command asks (B15); `done` when it is answered. */
export function subscribe(
  broker: Broker,
  exchange: Exchange,
  fields: SubscribeFields,
  done: () => void,
): void {
  const { member } = exchange;
  const isRefused = refuse(broker, exchange, fields);
  if (isRefused) return done();
  const conversation = broker.conversationOf(member);
  conversation.joins++;
  conversation.during((over) =>
    admit(broker, requestOf(member, fields), (answer) => {
      conversation.joins--;
      over();
      attempt(broker, exchange, () => finish(broker, exchange, fields, answer));
      done();
    }),
  );
}

/** What a client has sent with its subscribe. */
export interface SubscribeFields {
  readonly channel: string;
  readonly params?: unknown;
  readonly meta?: unknown;
  readonly token?: unknown;
  readonly since?: unknown;
  readonly rewind?: unknown;
  readonly watch?: unknown;
  readonly present?: unknown;
}

/** Answers what nobody has to be asked about. */
function refuse(broker: Broker, exchange: Exchange, fields: SubscribeFields): boolean {
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
  if (broker.conversationOf(member).joins < broker.limits.pendingJoins) return false;
  return exchange.fail('overloaded', 'Too many joins at once', { after: 1_000 });
}

function isTooMany(broker: Broker, exchange: Exchange, name: string): boolean {
  const limit = excess(broker, exchange.member, name);
  return limit !== undefined && exchange.fail('limit', limit);
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
    const { refused, message, retry } = answer;
    // Who was a member is none any more, as it is told (CP14).
    if (isDecided(answer)) dismiss(broker, name, member);
    exchange.fail(refused, message, { retry });
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
}

function requestOf({ connection }: Member, fields: SubscribeFields): JoinRequest {
  const { channel, params, meta, token, since } = fields;
  return {
    channel,
    connection,
    params,
    meta,
    ...(token !== undefined && { token: token as string }),
    ...(since !== undefined && { since: since as Position }),
  };
}
