import { topic } from '../../core/index.js';
import type { Connection } from '../definitions/connection.js';
import type { JoinRequest } from '../definitions/joinHook.js';

/**
 * The topics of what the process of a channel receives (B23). `from` is the PID of the client's connection.
 *
 * - `join`: a client asks to join; only with `admit: 'behavior'`. It is answered by `accept` or `refuse` (B24).
 * - `joined`: a client has joined. `rejoined`: a former process of the channel knew it, and has ended (B25).
 * - `event`, `message`: what a client has sent; its request, if it has an id, is answered by `reply` or `refuse`.
 * - `left`: a client has left, for the relay's reason, or `unsubscribed`, `kicked`, `expired`, `denied`, `node lost`.
 *
 * @example inbox.pipe(ofTopic(room.joined), map(({ payload }) => emit(hello, payload.connection.identity)))
 */
export const room = {
  join: topic<{ readonly request: JoinRequest }>('channel.join'),
  joined: topic<Joined>('channel.joined'),
  event: topic<RoomEvent>('channel.event'),
  message: topic<RoomText>('channel.message'),
  left: topic<{ readonly connection: Connection; readonly reason: string }>('channel.left'),
} as const;

/** A client is a member of the channel. */
export interface Joined {
  readonly connection: Connection;
  /** What it has sent with its subscribe, unchecked. */
  // biome-ignore lint/suspicious/noExplicitAny: a behaviour says itself what params it expects
  readonly params: any;
  readonly rejoined: boolean;
}

/** An event of a client. */
export interface RoomEvent {
  readonly connection: Connection;
  readonly event: string;
  /** As the schema of its type makes it, where the channel's `events` name one; else as it came. */
  readonly data: unknown;
}

/** A text or a value of a client. */
export interface RoomText {
  readonly connection: Connection;
  readonly type: 'text' | 'json';
  readonly data: unknown;
}
