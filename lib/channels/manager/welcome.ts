import { MAX_BATCH } from '../../codec/index.js';
import type { Broker } from '../broker/broker.js';
import type { Replay } from '../broker/join.js';
import type { Member } from '../members/member.js';
import { Session } from '../members/session.js';
import { encodeMessage } from '../messages/webSocketMessage.js';
import { HEARTBEAT } from './heartbeat.js';
import { sayEntered } from './sayEntered.js';

/** Sends the first frame of a connection (B4), which in v1 says what the client may do (CP20). */
export function welcome(
  broker: Broker,
  member: Member,
  channel: string | undefined,
  /** Milliseconds. */
  expiresIn: number | undefined,
  /** What of the past of the channel follows. */
  replay?: Replay,
): void {
  const text = channel === undefined ? 'WebSocket connected' : `Connected to channel: ${channel}`;
  const plain = encodeMessage({ type: 'system', payload: text, timestamp: broker.timestamp });
  if (member.isV1) greet(broker, member, plain, expiresIn);
  else if (channel === undefined) member.write(plain);
  if (channel !== undefined) sayEntered(broker, member, channel, replay)();
}

function greet(broker: Broker, member: Member, plain: string, expiresIn: number | undefined): void {
  const { pending, channels } = broker.limits;
  member.session = new Session(broker.newId('session'), member.pid);
  const hello = {
    version: 1,
    id: member.connection.id,
    session: member.session.secret,
    heartbeat: HEARTBEAT,
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
    limits: { payload: member.payload, batch: MAX_BATCH, pending, channels },
  };
  member.write(`{"hello":${JSON.stringify(hello)},${plain.slice(1)}`);
}
