import type { Broker } from '../broker/broker.js';
import type { Exchange } from './exchange.js';
import { history } from './history.js';
import { type Command, type Fields, inChannel } from './inChannel.js';
import { listChannels } from './listChannels.js';
import { refresh } from './refresh.js';
import { subscribe } from './subscribe.js';
import { unsubscribe } from './unsubscribe.js';
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

const COMMANDS: Readonly<Record<string, Command>> = {
  subscribe: inChannel(subscribe),
  unsubscribe: inChannel(unsubscribe),
  list_channels: listChannels,
  ping: (_, exchange) => {
    exchange.done({ type: 'pong' });
  },
  history: inChannel(history),
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
