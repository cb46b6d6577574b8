import { durationOption } from '../../core/index.js';
import type { ChannelOptions } from '../definitions/channelDefinition.js';
import { isChannelName } from '../definitions/channelName.js';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import { publish } from '../table/publish.js';
import type { Sending } from '../table/sending.js';
import type { Broker } from './broker.js';
import type { FarSending } from './fellowsPort.js';
import { type Recording, record } from './record.js';

/** Sends a message to all in a channel, on all nodes; returns to how many connections. */
export function sendTo(
  broker: Broker,
  channel: Channel,
  encoded: Encoded,
  options: FarSending,
): number {
  const { fellows } = broker;
  if (fellows !== undefined) return fellows.send(channel, encoded, options);
  return sendHere(broker, channel, encoded, options);
}

/**
 * Sends a message to those in a channel who are on this node, and counts it: at once, or what comes in a short time as one frame (B30). Returns to how
 * many connections.
 */
export function sendHere(
  broker: Broker,
  channel: Channel,
  encoded: Encoded,
  options: Recording,
): number {
  const { counters, seconds, pid: from } = broker;
  const { picks, mapFor } = options;
  const history = record(broker, encoded, options);
  const traits = traitsOf(broker, channel);
  const lag = traits && broker.laggards.lagOf(channel, traits);
  const sending = { picks, mapFor, seconds, from, history, lag };
  broker.streams.publish(encoded);
  counters.broadcast++;
  if (traits?.coalesce !== undefined) {
    const millis = durationOption('coalesce', traits.coalesce);
    return broker.gatherings.add(channel, encoded, sending, millis);
  }
  const count = publish(channel, encoded, sending);
  counters.sent += count;
  return count;
}

/** The channel that a message is sent to; one with a history is there from then on (B13). `undefined`: there is none. */
export function channelFor({ channels, histories }: Broker, name: string): Channel | undefined {
  const known = channels.find(name);
  if (known !== undefined || !isChannelName(name) || histories.of(name) === undefined) return known;
  return channels.open(name);
}

/** Whom of those in a channel a message is for; `undefined`: all. */
export function picksOf(
  only: ReadonlySet<string> | undefined,
  excluded: ReadonlySet<string> | undefined,
): Sending['picks'] {
  if (only === undefined && excluded === undefined) return undefined;
  return ({ pid }) => !excluded?.has(pid) && (only?.has(pid) ?? true);
}

/** What is said of a channel, where anything of it may matter to a message. */
function traitsOf({ definitions }: Broker, { name, own }: Channel): ChannelOptions | undefined {
  if (own === undefined && !definitions.hasTraits) return undefined;
  return (own ?? definitions.find(name))?.options;
}
