import { ws } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { Exchange } from './exchange.js';

/**
 * Answers a message that is malformed (B5, CP10). A client of v1 that sends 20 such in 10 s is closed with 4400,
 * because its program is wrong, and nothing that it sends can be trusted.
 */
export function wrong(
  broker: Broker,
  exchange: Exchange,
  problem: string,
  code = 'bad_request',
): void {
  const { member, frame } = exchange;
  const isCommand = frame.type === 'system';
  const isHeard = isCommand || member.isV1 || exchange.id !== undefined;
  const text = isCommand ? 'Invalid command' : 'Invalid message';
  exchange.fail(code, problem, isHeard ? text : undefined);
  if (!member.isV1 || !broker.conversationOf(member).isTooWrong()) return;
  broker.warn(
    'protocol_errors',
    `${member.pid} sends too much that is malformed: closed with 4400`,
  );
  const close = { code: 4400, reason: 'too many protocol errors' };
  broker.kernel.send(broker.pid, member.pid, ws.close, close);
  broker.remove(member);
}
