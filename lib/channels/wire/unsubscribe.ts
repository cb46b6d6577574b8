import type { Broker } from '../broker/broker.js';
import { leave } from '../broker/leave.js';
import { left } from '../broker/left.js';
import type { Exchange } from './exchange.js';

/** Has a client leave a channel, as its command asks; it is answered before anybody else is told. */
export function unsubscribe(
  broker: Broker,
  exchange: Exchange,
  { channel }: { readonly channel: string },
  done: () => void,
): void {
  const { member } = exchange;
  const was = leave(broker, channel, member);
  const text = `Unsubscribed from channel: ${channel}`;
  const result = JSON.stringify({ channel, was: was !== undefined });
  exchange.done({ type: 'system', payload: text }, result);
  if (was !== undefined) left(broker, was, member);
  done();
}
