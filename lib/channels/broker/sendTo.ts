import { durationOption } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import type { Channel } from '../table/channel.js';
import { publish, type Sending } from '../table/publish.js';
import type { Broker } from './broker.js';

/**
 * Sends a message to a channel and counts it: at once, or what comes in a short time as one frame (B30). Returns to how
 * many connections.
 */
export function sendTo(
  broker: Broker,
  channel: Channel,
  message: WireMessage,
  options: Pick<Sending, 'picks' | 'mapFor'>,
): number {
  const { counters, seconds, pid: from } = broker;
  const sending = { ...options, seconds, from };
  broker.streams.publish(channel, message);
  counters.broadcast++;
  const window = windowOf(broker, channel);
  if (window !== undefined) return broker.gatherings.add(channel, message, sending, window);
  const count = publish(channel, message, sending);
  counters.sent += count;
  return count;
}

/** Milliseconds in which a channel's messages are gathered; `undefined`: they are not (B30). */
function windowOf(broker: Broker, { name, own }: Channel): number | undefined {
  if (own === undefined && !broker.definitions.mayGather) return undefined;
  const { coalesce } = broker.definitionOf(name)?.options ?? {};
  return coalesce === undefined ? undefined : durationOption('coalesce', coalesce);
}
