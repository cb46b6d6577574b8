import { ProcessError, shown } from '../../core/index.js';
import type { MessageType } from '../../protocol/index.js';
import type { ChannelHistory } from '../history/channelHistory.js';
import type { Recordable } from '../history/historyStore.js';
import type { Encoded } from '../messages/encoded.js';
import type { Broker } from './broker.js';
import type { Aimed } from './fellowsPort.js';

/**
 * Records what all in a channel get, so that a replay shows nobody what was not meant for it (B22). Gives where;
 * `undefined`: it is not recorded.
 *
 * @throws ProcessError `Invalid`: it is no message, or its key is none.
 */
export function record(
  broker: Broker,
  encoded: Encoded,
  options: Aimed,
): ChannelHistory | undefined {
  const message = recordable(broker, encoded, options);
  const history = message && broker.histories.of(encoded.channel as string);
  if (message === undefined || history === undefined) return undefined;
  const { offset, frame, key } = history.append(message);
  encoded.recorded({ offset, key, history }, frame);
  return history;
}

/** A message as it is to be recorded; `undefined`: it is not. @throws as `record`. */
export function recordable(
  { histories }: Pick<Broker, 'histories'>,
  encoded: Encoded,
  { record: isWanted = true, key, only, excluded, mapFor }: Aimed,
): Recordable | undefined {
  const { message, channel = '' } = encoded;
  const isForAll = only === undefined && excluded === undefined && mapFor === undefined;
  if (!isWanted || !isForAll || !TYPES.has(message?.type)) return undefined;
  const plan = histories.planOf(channel);
  if (plan === undefined) return undefined;
  const { plain } = encoded;
  return {
    plain,
    key: key ?? (plan.key && checkKey(`history.key of ${channel}`, plan.key(message))),
  };
}

const TYPES: ReadonlySet<MessageType> = new Set(['text', 'json', 'event']);

/** Checks what a message is about. @throws ProcessError `Invalid`. */
export function checkKey(where: string, key: unknown): string {
  if (typeof key === 'string' && key.length <= 255) return key;
  const text = `${where}: ${shown(key)} is no key: give a text of at most 255 characters`;
  throw new ProcessError('Invalid', text);
}
