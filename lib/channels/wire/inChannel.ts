import type { Broker } from '../broker/broker.js';
import { isChannelName } from '../definitions/channelName.js';
import type { Exchange } from './exchange.js';
import { inLane } from './inLane.js';
import type { SubscribeFields } from './subscribeProblem.js';
import { wrong } from './wrong.js';

/** A command of a channel, done behind what was asked of that channel before (B16). */
export function inChannel(perform: InChannel): Command {
  return (broker, exchange, fields) => {
    const { channel } = fields;
    if (!isChannelName(channel)) {
      return wrong(broker, exchange, 'channel: expected a text of 1 to 255 characters');
    }
    const given = fields as Fields & SubscribeFields;
    inLane(broker, exchange, channel, (done) => perform(broker, exchange, given, done));
  };
}

/** The same where the answer is there at once. */
export const atOnceInChannel = (
  perform: (broker: Broker, exchange: Exchange, fields: SubscribeFields) => void,
): Command =>
  inChannel((broker, exchange, fields, done) => {
    perform(broker, exchange, fields);
    done();
  });

/** A command answers by itself, sooner or later. */
export type Command = (broker: Broker, exchange: Exchange, fields: Fields) => void;

/** It calls `done` when it does not hold up what comes behind it. */
type InChannel = (
  broker: Broker,
  exchange: Exchange,
  fields: SubscribeFields,
  done: () => void,
) => void;

/** The fields of a command, unchecked. */
export interface Fields {
  readonly command?: unknown;
  readonly channel?: unknown;
  readonly [field: string]: unknown;
}
