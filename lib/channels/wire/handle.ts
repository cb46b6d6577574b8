import type { ClientFrame } from '../../codec/index.js';
import type { RequestId, WireError } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import { errorText, wireError } from '../messages/replyText.js';
import { command } from './command.js';
import { deliver } from './deliver.js';
import { Exchange } from './exchange.js';
import { attempt } from './inLane.js';
import { countWrong, wrong } from './wrong.js';

/** Does what one message of a client asks; it came in the frame `raw`, of which it has so many characters. */
export function handle(
  broker: Broker,
  member: Member,
  frame: ClientFrame,
  raw: string,
  size: number,
): void {
  const { id, ok } = frame;
  if (id !== undefined) {
    if (ok !== undefined) return broker.asked.answered(member, frame);
    const refused = requestProblem(broker, member, id);
    // Not an exchange, because the one with this id goes on.
    if (refused !== undefined) {
      const { timestamp } = broker;
      member.write(errorText(id, refused, { type: 'system', payload: refused.message, timestamp }));
      if (refused.code === 'bad_request') countWrong(broker, member);
      return;
    }
  }
  const exchange = new Exchange(member, frame, raw, size);
  attempt(broker, exchange, () => perform(broker, exchange));
}

function perform(broker: Broker, exchange: Exchange): void {
  const { problem, type } = exchange.frame;
  if (problem !== undefined) return wrong(broker, exchange, problem);
  switch (type) {
    case 'system':
      return command(broker, exchange);
    case 'ping':
      exchange.done({ type: 'pong' });
      return;
    case 'pong':
      return;
    default:
      return deliver(broker, exchange);
  }
}

/** Why a request is not even looked at (CP7, B16, B29); else it has a place among those that wait. */
function requestProblem(broker: Broker, member: Member, id: RequestId): WireError | undefined {
  const conversation = broker.conversationOf(member);
  if (conversation.pending.has(id)) return wireError('bad_request', 'id in use');
  if (conversation.pending.size >= broker.limits.pending) {
    return wireError('overloaded', 'Too many requests at once', { after: 1_000 });
  }
  const after = member.isV1 ? conversation.takeRequest() : 0;
  return after === 0 ? undefined : wireError('rate_limited', 'Too many requests', { after });
}
