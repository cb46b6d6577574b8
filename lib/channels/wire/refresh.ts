import { ws } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { closeMember } from '../broker/closeMember.js';
import { isChannelName } from '../definitions/channelName.js';
import { askConnect, type Identified, type NotAdmitted } from './askConnect.js';
import type { Exchange } from './exchange.js';
import { attempt, inLane } from './inLane.js';
import { noHook, refreshMembership, succeed } from './refreshMembership.js';
import { isToken, TOKEN_PROBLEM } from './subscribeProblem.js';
import { wrong } from './wrong.js';

/**
 * A client has a new token (B32): for its connection, of which the `refresh` hook is asked, or for one channel, of
 * which the `join` hook is asked again.
 */
export function refresh(broker: Broker, exchange: Exchange, fields: RefreshFields): void {
  const { channel: name = CONNECTION, token } = fields;
  if (!isToken(token)) return wrong(broker, exchange, TOKEN_PROBLEM);
  if (name !== CONNECTION && !isChannelName(name)) {
    return wrong(broker, exchange, 'channel: expected a text of 1 to 255 characters');
  }
  inLane(broker, exchange, name, (done) => {
    if (name === CONNECTION) refreshConnection(broker, exchange, token, done);
    else refreshMembership(broker, exchange, name, token, done);
  });
}

interface RefreshFields {
  readonly token?: unknown;
  readonly channel?: unknown;
}

/** The lane of what concerns the connection: no channel has this name. */
const CONNECTION = '';

function refreshConnection(
  broker: Broker,
  exchange: Exchange,
  token: string,
  done: () => void,
): void {
  const { connection, refresh: hook } = exchange.member;
  if (hook === undefined) {
    noHook(exchange);
    return done();
  }
  broker.conversationOf(exchange.member).during((over) =>
    askConnect(
      broker,
      'refresh',
      () => hook(connection, token),
      (answer) => {
        over();
        attempt(broker, exchange, () => {
          if ('status' in answer) decline(exchange, answer);
          else extend(broker, exchange, answer);
        });
        done();
      },
    ),
  );
}

function decline(exchange: Exchange, { failure, body = 'Not authorized' }: NotAdmitted): void {
  if (failure === undefined) exchange.fail('denied', body);
  else exchange.fail(failure, 'The token could not be checked');
}

/** The connection lasts as long as the hook says now, and its memberships begin their time anew. */
function extend(broker: Broker, exchange: Exchange, answer: Identified): void {
  const { member } = exchange;
  const { identity, metadata, expiresIn } = answer;
  if (identity !== undefined && identity !== member.connection.identity) {
    exchange.fail('denied', 'The token is of somebody else');
    return closeMember(broker, member, 4403, 'another identity');
  }
  const expires_at = expiresIn === undefined ? 0 : broker.kernel.now() + expiresIn;
  broker.kernel.send(broker.pid, member.pid, ws.control, { expires_at });
  if (metadata !== undefined) member.connection.metadata = metadata;
  for (const { ways, room } of broker.channels.of(member.process)) {
    ways?.get(member)?.renew?.();
    if (metadata !== undefined) room?.refreshed?.(member);
  }
  succeed(exchange, expiresIn);
}
