import type { Broker } from '../broker/broker.js';
import type { Aimed } from '../broker/fellowsPort.js';
import { recordable } from '../broker/record.js';
import type { Encoded } from '../messages/encoded.js';
import type { HomedChannels } from './homedChannels.js';
import type { Item } from './line.js';

/**
 * Sends to a channel that has a home: there it gets its place, and from there to the members on all nodes. Returns to how
 * many connections, as far as that is known now.
 */
export function sendHomed(
  broker: Broker,
  homed: HomedChannels,
  encoded: Encoded,
  { only, excluded, done, ...options }: Aimed,
): number {
  const { channels, histories, counters, kernel } = broker;
  const name = encoded.channel as string;
  // One without a history is for those who are there, or whom its process has let in on a node that attends (B24).
  const known = channels.countOf(name) + (homed.find(name)?.home?.attendants.size ?? 0);
  if (histories.planOf(name) === undefined && known === 0) {
    done?.(undefined);
    return 0;
  }
  counters.broadcast++;
  const item: Item = {
    ...{ encoded, aiming: { only, excluded }, from: homed.own.pid, n: homed.next(), done },
    message: recordable(broker, encoded, { ...options, only, excluded }),
    size: encoded.plain.length,
  };
  if (!homed.open(name).send(item)) {
    kernel.events.drop(undefined, 'overflow');
    return 0;
  }
  const group = channels.groupOf(name);
  if (group === undefined) return 0;
  const here = group.members.size;
  return group.size - here + (item.count ?? here);
}
