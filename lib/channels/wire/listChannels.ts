import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import type { Exchange } from './exchange.js';
import { wrong } from './wrong.js';

/** The public channels, and those private ones that the client is in, in the order of their creation (B6). */
export function listChannels(
  broker: Broker,
  exchange: Exchange,
  { prefix = '', limit = 1_000 }: Readonly<Record<string, unknown>>,
): void {
  if (typeof prefix !== 'string' || !Number.isSafeInteger(limit) || (limit as number) < 0) {
    return wrong(broker, exchange, 'prefix: expected a text; limit: expected a number');
  }
  const channels: string[] = [];
  const most = Math.min(limit as number, 1_000);
  for (const channel of broker.channels) {
    if (channels.length >= most) break;
    if (channel.name.startsWith(prefix) && isShown(broker, channel, exchange.member)) {
      channels.push(channel.name);
    }
  }
  exchange.done({ type: 'json', payload: { channels } });
}

function isShown({ definitions }: Broker, channel: Channel, { process }: Member): boolean {
  const definition = channel.own ?? definitions.find(channel.name);
  return definition?.options.isPrivate !== true || channel.has(process);
}
