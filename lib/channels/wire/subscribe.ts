import type { Broker } from '../broker/broker.js';
import { join, joined } from '../broker/join.js';
import type { JoinRequest, Position } from '../definitions/joinHook.js';
import type { Member } from '../members/member.js';
import { type Answer, isRefusal } from './admit.js';
import { admitByProcess } from './admitByProcess.js';
import { excessOf } from './excessOf.js';
import type { Exchange } from './exchange.js';
import { isJsonWithin } from './isJsonWithin.js';
import { wrong } from './wrong.js';

/** Has a client join a channel, as its command asks (B15); `done` when it is answered. */
export function subscribe(
  broker: Broker,
  exchange: Exchange,
  fields: SubscribeFields,
  done: () => void,
): void {
  const { member } = exchange;
  const { channel: name } = fields;
  const problem = problemOf(broker, fields);
  if (problem !== undefined) {
    wrong(broker, exchange, problem);
    return done();
  }
  const excess = excessOf(broker, member, name);
  if (excess !== undefined) {
    const { code, message, after } = excess;
    exchange.fail(code, message, message, { after });
    return done();
  }
  const conversation = broker.conversationOf(member);
  conversation.joins++;
  let cancel: (() => void) | undefined;
  const forget = conversation.onEnd(() => cancel?.());
  cancel = admitByProcess(broker, requestOf(member, fields), (answer) => {
    conversation.joins--;
    forget();
    try {
      finish(broker, exchange, fields, answer);
    } catch (error) {
      broker.report(`the join of ${name}`, error);
      exchange.fail('internal', 'Internal error', 'Internal error');
    }
    done();
  });
}

/** What a client has sent with its subscribe. */
export interface SubscribeFields {
  readonly channel: string;
  readonly params?: unknown;
  readonly meta?: unknown;
  readonly token?: unknown;
  readonly since?: unknown;
}

/**
 * In one turn: the membership, the reply, and then whoever is told of it (B17). The result is made text first: a
 * state that has no JSON changes nothing.
 */
function finish(broker: Broker, exchange: Exchange, fields: SubscribeFields, answer: Answer): void {
  const { member } = exchange;
  const { channel: name, since } = fields;
  // A hook may have closed it.
  if (!broker.has(member)) return;
  if (isRefusal(answer)) {
    const { refused, message, retry, after } = answer;
    exchange.fail(refused, message, message, { retry, after });
    return;
  }
  const result = JSON.stringify({
    channel: name,
    ...(since !== undefined && { recovered: false, reason: 'no_history' }),
    ...(answer.state !== undefined && { state: answer.state }),
    ...(answer.expiresIn !== undefined && { expires_in: broker.millis(answer.expiresIn) }),
  });
  const isNew = join(broker, name, member, answer, true);
  exchange.done({ type: 'system', payload: `Subscribed to channel: ${name}` }, result);
  if (isNew) joined(broker, name, member, fields.params);
  else broker.channels.find(name)?.room?.renewed(member, fields.params);
}

function problemOf({ limits }: Broker, fields: SubscribeFields): string | undefined {
  const { params, meta, token, since } = fields;
  if (!isJsonWithin(params, limits.params)) return `params: more than ${limits.params} bytes`;
  if (!isJsonWithin(meta, limits.meta)) return `meta: more than ${limits.meta} bytes`;
  if (token !== undefined && (typeof token !== 'string' || token.length > MAX_TOKEN)) {
    return 'token: expected a text of at most 8 KiB';
  }
  if (since !== undefined && !isPosition(since)) return 'since: expected { epoch, offset }';
  return undefined;
}

const MAX_TOKEN = 8_192;

function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, offset } = value as Partial<Position>;
  return typeof epoch === 'string' && Number.isSafeInteger(offset) && (offset as number) >= 0;
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
