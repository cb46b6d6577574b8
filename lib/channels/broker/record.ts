import { ProcessError, shown } from '../../core/index.js';
import type { MessageType, WireMessage } from '../../protocol/index.js';
import type { ChannelHistory } from '../history/channelHistory.js';
import type { Encoded } from '../messages/encoded.js';
import type { Sending, SendOptions } from '../table/sending.js';
import type { Broker } from './broker.js';

/**
 * Records what all in a channel get, so that a replay shows nobody what was not meant for it (B22). Gives where;
 * `undefined`: it is not recorded.
 *
 * @throws ProcessError `Invalid`: it is no message, or its key is none.
 */
export function record(
  broker: Broker,
  encoded: Encoded,
  { record: isWanted = true, key, picks, mapFor }: Recording,
): ChannelHistory | undefined {
  const { message, channel = '' } = encoded;
  const isForAll = picks === undefined && mapFor === undefined;
  if (!isWanted || !isForAll || !TYPES.has(message?.type)) return undefined;
  const history = broker.histories.of(channel);
  if (history === undefined) return undefined;
  const { plain } = encoded;
  const entry = history.append({ plain, key: key ?? keyOf(history, message) });
  const { offset, frame } = entry;
  encoded.recorded({ offset, key: entry.key, history }, frame);
  return history;
}

/** What decides whether a message is recorded, and under which key. */
export type Recording = SendOptions & Pick<Sending, 'picks'>;

const TYPES: ReadonlySet<MessageType> = new Set(['text', 'json', 'event']);

function keyOf({ plan, name }: ChannelHistory, message: WireMessage): string | undefined {
  return plan.key && checkKey(`history.key of ${name}`, plan.key(message));
}

/** Checks what a message is about. @throws ProcessError `Invalid`. */
export function checkKey(where: string, key: unknown): string {
  if (typeof key === 'string' && key.length <= 255) return key;
  const text = `${where}: ${shown(key)} is no key: give a text of at most 255 characters`;
  throw new ProcessError('Invalid', text);
}
