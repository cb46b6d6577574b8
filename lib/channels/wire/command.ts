import type { Broker } from '../broker/broker.js';
import { commands } from './commands.js';
import type { Exchange } from './exchange.js';
import type { Command, Fields } from './inChannel.js';
import { wrong } from './wrong.js';

/** Does what a system command asks (B5, CP13). */
export function command(broker: Broker, exchange: Exchange): void {
  const { payload } = exchange.frame;
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  const fields = (isObject ? payload : {}) as Fields;
  const name = fields.command;
  if (typeof name !== 'string' || !Object.hasOwn(commands, name)) {
    const code = typeof name === 'string' && name !== '' ? 'unknown_command' : 'bad_request';
    return wrong(broker, exchange, 'command: expected one of the commands', code);
  }
  (commands[name] as Command)(broker, exchange, fields);
}
