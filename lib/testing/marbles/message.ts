import {
  checkTopic,
  type Message,
  type PayloadArgs,
  type Pid,
  type Topic,
} from '../../core/index.js';

/**
 * A message as a mailbox delivers it, for the `values` of a marble diagram. Without `from` it comes
 * from outside any process.
 *
 * @throws ProcessError `Invalid` for a topic that no message can have (M2).
 * @example const values = { j: message(ws.join, join), t: message(tick, { n: 1 }, '{main|0x00001}') };
 */
export function message<P>(topic: Topic<P>, ...payload: PayloadArgs<P, [from?: Pid]>): Message<P>;
export function message(topic: string, payload?: unknown, from?: Pid): Message {
  checkTopic(topic);
  return { topic, payload, from };
}
