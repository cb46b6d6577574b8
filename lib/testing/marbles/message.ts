import { checkTopic, type Message, type Topic } from '../../core/index.js';

/**
 * A message as a mailbox delivers it, for the `values` of a marble diagram. Without `from` it comes
 * from outside any process; with a `ref` it is a call, to which a behaviour may `reply`.
 *
 * @throws ProcessError `Invalid` for a topic that no message can have (M2).
 * @example const values = { j: message(ws.join, join), t: message(tick, { n: 1 }, { from: other, ref: 1 }) };
 */
export function message<P, R>(
  topic: Topic<P, R>,
  payload?: NoInfer<P>,
  { from, ref }: Partial<Pick<Message, 'from' | 'ref'>> = {},
): Message<P, R> {
  checkTopic(topic);
  return { topic, payload: payload as P, from, ...(ref !== undefined && { ref }) };
}
