import type { Broker } from '../broker/broker.js';
import { isChannelName } from '../definitions/channelName.js';
import type { Exchange } from './exchange.js';
import { inLane } from './inLane.js';
import { wrong } from './wrong.js';

/** Makes a command of what is done in a channel, behind what was asked of that channel before (B16). */
export function inChannel(
  perform: (broker: Broker, exchange: Exchange, fields: InChannel, done: () => void) => void,
): Command {
  return (broker, exchange, fields) => {
    const { channel } = fields;
    if (!isChannelName(channel)) {
      return wrong(broker, exchange, 'channel: expected a text of 1 to 255 characters');
    }
    const given = fields as InChannel;
    inLane(broker, exchange, channel, (done) => perform(broker, exchange, given, done));
  };
}

/** It answers by itself, sooner or later. */
export type Command = (broker: Broker, exchange: Exchange, fields: Fields) => void;

/** What a client has sent with a command. */
export interface Fields {
  readonly command?: unknown;
  readonly channel?: unknown;
  readonly [field: string]: unknown;
}

/** The same of a command that names a channel. */
export interface InChannel extends Fields {
  readonly channel: string;
}
