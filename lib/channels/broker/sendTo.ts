import type { WireMessage } from '../../protocol/index.js';
import { isChannelName } from '../definitions/channelName.js';
import { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import type { Broker } from './broker.js';
import { deliver, picksOf } from './deliver.js';
import type { Aimed } from './fellowsPort.js';
import { record } from './record.js';

/**
 * Sends a message to all in a channel, on all nodes; returns to how many connections, 0 if there is no such channel.
 * One with a history is there from then on (B13).
 */
export function sendTo(broker: Broker, name: string, message: WireMessage, options: Aimed): number {
  const channel = channelFor(broker, name);
  const encoded = new Encoded(message, name);
  if (broker.fellows !== undefined) return broker.fellows.send(channel, encoded, options);
  const count = channel === undefined ? 0 : sendHere(broker, channel, encoded, options);
  options.done?.(encoded.place?.offset);
  return count;
}

/** Records a message, and sends it to those in a channel who are on this node. */
export function sendHere(
  broker: Broker,
  channel: Channel,
  encoded: Encoded,
  options: Aimed,
): number {
  const { mapFor } = options;
  const history = record(broker, encoded, options);
  broker.counters.broadcast++;
  return deliver(broker, channel, encoded, { picks: picksOf(options), mapFor, history });
}

function channelFor({ channels, histories }: Broker, name: string): Channel | undefined {
  const known = channels.find(name);
  if (known !== undefined || !isChannelName(name) || histories.of(name) === undefined) return known;
  return channels.open(name);
}
