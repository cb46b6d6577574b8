import { durationOption } from '../../core/index.js';
import type { ChannelOptions } from '../definitions/channelDefinition.js';
import type { Member } from '../members/member.js';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import { publish } from '../table/publish.js';
import type { Sending } from '../table/sending.js';
import type { Broker } from './broker.js';
import type { Aiming } from './fellowsPort.js';

/**
 * Sends a message to those in a channel who are on this node, and counts it: at once, or what comes in a short time as
 * one frame (B30). Returns to how many connections.
 */
export function deliver(
  broker: Broker,
  channel: Channel,
  encoded: Encoded,
  { picks, mapFor, history }: Pick<Sending, 'picks' | 'mapFor' | 'history'>,
): number {
  const { counters, seconds, pid: from } = broker;
  const traits = traitsOf(broker, channel);
  const lag = traits && broker.laggards.lagOf(channel, traits);
  const sending = { picks, mapFor, seconds, from, history, lag };
  broker.streams.publish(encoded);
  if (traits?.coalesce !== undefined) {
    const millis = durationOption('coalesce', traits.coalesce);
    return broker.gatherings.add(channel, encoded, sending, millis);
  }
  const count = publish(channel, encoded, sending);
  counters.sent += count;
  return count;
}

/** Sends a message to all connections of this node, or to some. */
export function toAllHere(
  { members, seconds, counters }: Broker,
  encoded: Encoded,
  aiming: Aiming,
): number {
  const { only } = aiming;
  const picks = picksOf(aiming);
  let count = 0;
  for (const member of only === undefined ? members.values() : among(members, only)) {
    if ((picks?.(member) ?? true) && member.send(encoded, seconds)) count++;
  }
  counters.sent += count;
  return count;
}

/** Whom of those in a channel a message is for; `undefined`: all. */
export function picksOf({ only, excluded }: Aiming): Sending['picks'] {
  if (only === undefined && excluded === undefined) return undefined;
  return ({ pid }) => !excluded?.has(pid) && (only?.has(pid) ?? true);
}

/** What is said of a channel, where anything of it may matter to a message. */
function traitsOf({ definitions }: Broker, { name, own }: Channel): ChannelOptions | undefined {
  if (own === undefined && !definitions.hasTraits) return undefined;
  return (own ?? definitions.find(name))?.options;
}

const among = (members: ReadonlyMap<string, Member>, ids: ReadonlySet<string>): Member[] =>
  [...ids].flatMap((id) => members.get(id) ?? []);
