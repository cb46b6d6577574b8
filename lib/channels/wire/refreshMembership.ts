import type { Broker } from '../broker/broker.js';
import type { Channel } from '../table/channel.js';
import { type Answer, isRefusal } from './admit.js';
import type { Exchange } from './exchange.js';
import { readmit } from './readmit.js';
import { notAvailable } from './wrong.js';

/** Asks the `join` hook about a member that has a new token for this channel (B32). */
export function refreshMembership(
  broker: Broker,
  exchange: Exchange,
  name: string,
  token: string,
  done: () => void,
): void {
  const { member } = exchange;
  const channel = broker.channels.find(name);
  const isMember = channel?.has(member.process) === true;
  if (!isMember || broker.definitionOf(name)?.options.join === undefined) {
    if (isMember) noHook(exchange);
    else exchange.fail('not_subscribed', `Not subscribed to channel: ${name}`);
    return done();
  }
  broker.conversationOf(member).during((over) =>
    readmit(broker, channel as Channel, member, token, (answer) => {
      over();
      tell(broker, exchange, answer);
      done();
    }),
  );
}

function tell(broker: Broker, exchange: Exchange, answer: Answer): void {
  if (isRefusal(answer)) exchange.fail(answer.refused, answer.message, { retry: answer.retry });
  else {
    const { expiresIn } = answer;
    succeed(exchange, expiresIn === undefined ? undefined : broker.millis(expiresIn));
  }
}

/** There is no hook that could be asked. */
export const noHook = (exchange: Exchange): void =>
  notAvailable(exchange, 'Nothing to refresh here');

/** Tells how long it lasts now; `undefined`: for ever. */
export function succeed(exchange: Exchange, expiresIn: number | undefined): void {
  const result = JSON.stringify(expiresIn === undefined ? {} : { expires_in: expiresIn });
  exchange.done({ type: 'system', payload: 'Refreshed' }, result);
}
