import { MAX_BATCH } from '../../codec/index.js';
import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import { encodeMessage } from '../messages/webSocketMessage.js';
import { HEARTBEAT } from './heartbeat.js';

/** Sends the first frame of a connection (B4), which in v1 says what the client may do (CP20). */
export function welcome(
  broker: Broker,
  member: Member,
  channel: string | undefined,
  /** Milliseconds. */
  expiresIn: number | undefined,
): void {
  const text = channel === undefined ? 'WebSocket connected' : `Connected to channel: ${channel}`;
  const plain = encodeMessage({ type: 'system', payload: text, timestamp: broker.timestamp });
  if (member.session === undefined) {
    member.write(plain);
    return;
  }
  const { pending, channels } = broker.limits;
  const hello = {
    version: 1,
    id: member.connection.id,
    session: member.session.secret,
    heartbeat: HEARTBEAT,
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
    limits: { payload: member.payload, batch: MAX_BATCH, pending, channels },
  };
  member.write(`{"hello":${JSON.stringify(hello)},${plain.slice(1)}`);
  if (channel !== undefined) member.tell(channel, 'rx:subscribed', {});
}
