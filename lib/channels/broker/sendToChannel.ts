import { knownOptions, ProcessError } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import type { SendOptions } from '../table/publish.js';
import type { Broker } from './broker.js';
import { sendTo } from './sendTo.js';

/** Sends a message to all in a channel; returns to how many connections, 0 if there is no such channel (B9). */
export function sendToChannel(
  broker: Broker,
  name: string,
  message: WireMessage,
  options: SendOptions = {},
): number {
  knownOptions('sendToChannel', options, { mapFor: true });
  const { mapFor } = options;
  if (mapFor !== undefined && typeof mapFor !== 'function') {
    throw new ProcessError('Invalid', 'sendToChannel: mapFor is a function of a connection');
  }
  const channel = broker.channels.find(name);
  return channel === undefined ? 0 : sendTo(broker, channel, message, { mapFor });
}
