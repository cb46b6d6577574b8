import { readPresence } from '../definitions/presenceOptions.js';
import { ChannelPresence } from '../presence/channelPresence.js';
import type { Broker } from './broker.js';

/** Who is present in a channel, begun if need be; `undefined` where its definition has no presence. */
export function presenceOf(broker: Broker, name: string): ChannelPresence | undefined {
  const { channels } = broker;
  const known = channels.presenceOf(name);
  if (known !== undefined) return known;
  const options = broker.definitionOf(name)?.options.presence;
  if (options === undefined) return undefined;
  const presence = new ChannelPresence(name, readPresence(name, options), broker, {
    published: () => {
      const listeners = channels.listeners(name)?.presence;
      if (listeners?.observed) listeners.next(channels.presenceOf(name)?.list ?? []);
    },
    ended: () => channels.showPresence(name, undefined),
  });
  channels.showPresence(name, presence);
  return presence;
}
