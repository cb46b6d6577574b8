import { MAX_BATCH } from '../../codec/index.js';
import type { Broker } from '../broker/broker.js';
import type { Replay } from '../broker/replay.js';
import type { Member } from '../members/member.js';
import type { Session } from '../members/session.js';
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
  const { session } = member;
  if (session !== undefined) {
    member.write(`{"hello":${helloFor(broker, member, session, expiresIn)},${plain.slice(1)}`);
  } else if (channel === undefined) member.write(plain);
  if (channel !== undefined) sayEntered(broker, member, channel, replay)();
}

function helloFor(
  { limits }: Broker,
  { connection, payload }: Member,
  { secret }: Session,
  expiresIn: number | undefined,
): string {
  const { pending, channels } = limits;
  return JSON.stringify({
    version: 1,
    id: connection.id,
    session: secret,
    heartbeat: HEARTBEAT,
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
    limits: { payload, batch: MAX_BATCH, pending, channels },
  });
}

/** Sends the first frame, which names a channel that the client is in. */
export type Welcome = (channel?: string, replay?: Replay) => void;
