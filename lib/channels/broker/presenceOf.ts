import { readPresence } from '../definitions/presenceOptions.js';
import { ChannelPresence } from '../presence/channelPresence.js';
import type { Channel } from '../table/channel.js';
import type { Broker } from './broker.js';

/** Who is present in a channel, begun if need be; `undefined` where its definition has no presence. */
export function presenceOf(broker: Broker, channel: Channel): ChannelPresence | undefined {
  if (channel.presence !== undefined) return channel.presence;
  const options = broker.definitionOf(channel.name)?.options.presence;
  if (options === undefined) return undefined;
  channel.presence = new ChannelPresence(
    channel.name,
    readPresence(channel.name, options),
    broker,
    {
      published: () => {
        const listeners = channel.streams?.presence;
        if (listeners?.observed) listeners.next(channel.presence?.list ?? []);
      },
      ended: () => {
        channel.presence = undefined;
      },
    },
  );
  return channel.presence;
}
