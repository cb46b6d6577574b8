import { type Known, knownOptions, ProcessError, shown } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import type { SendOptions } from '../table/sending.js';
import type { Broker } from './broker.js';
import { checkKey } from './record.js';
import { sendTo } from './sendTo.js';

/** Sends a message to all in a channel; returns to how many connections, 0 if there is no such channel (B9). */
export function sendToChannel(
  broker: Broker,
  name: string,
  message: WireMessage,
  options: SendOptions = {},
): number {
  knownOptions('sendToChannel', options, OPTIONS);
  const { mapFor } = options;
  if (mapFor !== undefined && typeof mapFor !== 'function') {
    throw new ProcessError('Invalid', 'sendToChannel: mapFor is a function of a connection');
  }
  if (mapFor !== undefined && broker.fellows !== undefined) {
    const text = 'a function does not get to other nodes: give a transform where a client joins';
    throw new ProcessError('Invalid', `sendToChannel: mapFor: ${text}`);
  }
  checkRecording('sendToChannel', options);
  return sendTo(broker, name, message, options);
}

const OPTIONS: Known<SendOptions> = { record: true, key: true, mapFor: true };

/** Checks what is said of how a message is recorded. @throws ProcessError `Invalid`. */
export function checkRecording(where: string, { record, key }: Omit<SendOptions, 'mapFor'>): void {
  if (record !== undefined && typeof record !== 'boolean') {
    throw new ProcessError('Invalid', `${where}: record is true or false, not ${shown(record)}`);
  }
  if (key !== undefined) checkKey(`${where}: key`, key);
}
