import { type ClientFrame, readBatch, readFrame } from '../../codec/index.js';
import type { RequestId, WireError } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { ClientMessage } from '../members/clientMessage.js';
import type { Member } from '../members/member.js';
import { errorText, wireError } from '../messages/replyText.js';
import { command } from './command.js';
import { deliver } from './deliver.js';
import { Exchange } from './exchange.js';
import { wrong } from './wrong.js';

/** Takes a frame of a client: one message or, in v1, an array of them, in order (CP4). */
export function receive(broker: Broker, member: Member, data: string | Uint8Array): void {
  member.heardAt = broker.seconds;
  broker.counters.received++;
  if (typeof data !== 'string') {
    const message = { type: 'binary', payload: data, timestamp: broker.timestamp } as const;
    broker.streams.offer(new ClientMessage(member.connection, undefined, message, data), undefined);
    return;
  }
  if (!member.isV1) return handle(broker, member, readFrame(data), data);
  const read = readBatch(data);
  if (!Array.isArray(read)) return handle(broker, member, (read as ClientFrame) ?? NO_BATCH, data);
  const size = Math.ceil(data.length / read.length);
  for (const frame of read as readonly (ClientFrame | undefined)[]) {
    handle(broker, member, frame ?? NO_ITEM, data, size);
    // It may have been closed by what it has sent.
    if (!member.line.isOpen) return;
  }
}

const NO_BATCH: ClientFrame = { type: 'json', problem: 'a batch has 1 to 64 messages' };
const NO_ITEM: ClientFrame = { type: 'json', problem: 'an item of a batch is an object' };

function handle(
  broker: Broker,
  member: Member,
  frame: ClientFrame,
  raw: string,
  size = raw.length,
): void {
  const { type, id, ok, error, problem } = frame;
  if (id !== undefined) {
    if (ok !== undefined || error !== undefined) return broker.asked?.answered(member, frame);
    const refused = requestProblem(broker, member, id);
    // Not an exchange, because the one with this id goes on.
    if (refused !== undefined) {
      const { timestamp } = broker;
      member.write(errorText(id, refused, { type: 'system', payload: refused.message, timestamp }));
      return;
    }
  }
  const exchange = new Exchange(member, frame, size);
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
      return deliver(broker, exchange, raw);
  }
}

/** Why a request is not even looked at (CP7, §2.5, B29); else it has a place among those that wait. */
function requestProblem(broker: Broker, member: Member, id: RequestId): WireError | undefined {
  const conversation = broker.conversationOf(member);
  if (conversation.pending.has(id)) return wireError('bad_request', 'id in use');
  if (conversation.pending.size >= broker.limits.pending) {
    return wireError('overloaded', 'Too many requests at once', { after: 1_000 });
  }
  const after = member.isV1 ? conversation.takeRequest() : 0;
  return after === 0 ? undefined : wireError('rate_limited', 'Too many requests', { after });
}
