import type { Broker } from '../broker/broker.js';
import { leave, left } from '../broker/leave.js';
import { isChannelName } from '../definitions/channelName.js';
import type { Exchange } from './exchange.js';
import { inLane } from './inLane.js';
import { listChannels } from './listChannels.js';
import { refresh } from './refresh.js';
import { subscribe } from './subscribe.js';
import type { SubscribeFields } from './subscribeProblem.js';
import { notAvailable, wrong } from './wrong.js';

/** Does what a system command asks (B5, CP13). */
export function command(broker: Broker, exchange: Exchange): void {
  const { payload } = exchange.frame;
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  const fields = (isObject ? payload : {}) as Fields;
  const name = fields.command;
  if (typeof name !== 'string' || !Object.hasOwn(COMMANDS, name)) {
    const code = typeof name === 'string' && name !== '' ? 'unknown_command' : 'bad_request';
    return wrong(broker, exchange, 'command: expected one of the commands', code);
  }
  (COMMANDS[name] as Command)(broker, exchange, fields);
}

interface Fields {
  readonly command?: unknown;
  readonly channel?: unknown;
  readonly [field: string]: unknown;
}

/** It answers by itself, sooner or later. */
type Command = (broker: Broker, exchange: Exchange, fields: Fields) => void;

const COMMANDS: Readonly<Record<string, Command>> = {
  subscribe: inChannel((broker, exchange, fields, done) =>
    subscribe(broker, exchange, fields, done),
  ),
  unsubscribe: inChannel((broker, exchange, { channel }, done) => {
    const { member } = exchange;
    const was = leave(broker, channel, member);
    const text = `Unsubscribed from channel: ${channel}`;
    const result = JSON.stringify({ channel, was: was !== undefined });
    exchange.done({ type: 'system', payload: text }, result);
    if (was !== undefined) left(broker, was, member);
    done();
  }),
  list_channels: listChannels,
  ping: (_, exchange) => {
    exchange.done({ type: 'pong' });
  },
  history: absent,
  presence: absent,
  presence_update: absent,
  refresh,
  // No session outlives its connection yet, so none is known (CP13).
  resume: (_, exchange) => {
    const result = JSON.stringify({ resumed: false, reason: 'unknown' });
    exchange.done({ type: 'system', payload: 'Not resumed' }, result);
  },
};

/** A command of which no channel has what it asks for. */
function absent(_: Broker, exchange: Exchange): void {
  notAvailable(exchange, 'Not available');
}

/** A command of a channel, done behind what was asked of that channel before (B16). */
function inChannel(
  perform: (broker: Broker, exchange: Exchange, fields: SubscribeFields, done: () => void) => void,
): Command {
  return (broker, exchange, fields) => {
    const { channel } = fields;
    if (!isChannelName(channel)) {
      return wrong(broker, exchange, 'channel: expected a text of 1 to 255 characters');
    }
    const given = fields as Fields & SubscribeFields;
    inLane(broker, exchange, channel, (done) => perform(broker, exchange, given, done));
  };
}
