import { type ClientFrame, readBatch, readFrame } from '../../codec/index.js';
import type { Broker } from '../broker/broker.js';
import { ClientMessage } from '../members/clientMessage.js';
import type { Member } from '../members/member.js';
import { handle } from './handle.js';

/**
 * Takes a frame of a client: one message or, in v1, an array of them, in order (CP4).
 *
 * The room `wire` does what clients ask: begin here; `handle.ts` does one message, `exchange.ts` is a message with its
 * answer, `command.ts` has the commands, and `admit.ts` asks the hooks who may come in.
 */
export function receive(broker: Broker, member: Member, data: string | Uint8Array): void {
  member.activeAt = broker.seconds;
  broker.counters.received++;
  if (typeof data !== 'string') {
    const message = { type: 'binary', payload: data, timestamp: broker.timestamp } as const;
    broker.streams.offer(new ClientMessage(member.connection, undefined, message, data), undefined);
    return;
  }
  if (!member.isV1) return handle(broker, member, readFrame(data), data, data.length);
  const read = readBatch(data);
  if (!Array.isArray(read)) {
    return handle(broker, member, (read as ClientFrame) ?? NO_BATCH, data, data.length);
  }
  const size = data.length / read.length;
  for (const frame of read as readonly (ClientFrame | undefined)[]) {
    handle(broker, member, frame ?? NO_ITEM, data, size);
    // It may have been closed for what it has sent.
    if (!member.isHere) return;
  }
}

const NO_BATCH: ClientFrame = { type: 'json', problem: 'a batch has 1 to 64 messages' };
const NO_ITEM: ClientFrame = { type: 'json', problem: 'an item of a batch is an object' };
