import {
  checkTopic,
  knownOptions,
  type Message,
  type PayloadArgs,
  type Topic,
} from '../../core/index.js';

/**
 * A message as a mailbox delivers it, for the `values` of a marble diagram. Without `from` it comes
 * from outside any process; with a `ref` it is a call, to which a behaviour may `reply`.
 *
 * @throws ProcessError `Invalid` for a topic that no message can have (M2), or an unknown option.
 * @example const values = { j: message(ws.join, join), t: message(tick, { n: 1 }, { from: other, ref: 1 }) };
 */
export function message<P, R>(
  topic: Topic<P, R>,
  ...payload: PayloadArgs<P, [options?: MessageOptions]>
): Message<P, R>;
export function message(topic: string, payload?: unknown, options: MessageOptions = {}): Message {
  checkTopic(topic);
  knownOptions('message', options, { from: true, ref: true });
  const { from, ref } = options;
  return { topic, payload, from, ...(ref !== undefined && { ref }) };
}

/** Who sent a message, and which call it is. */
export type MessageOptions = Partial<Pick<Message, 'from' | 'ref'>>;
