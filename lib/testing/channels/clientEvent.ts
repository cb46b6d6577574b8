import { type Connection, type EventType, type JoinRequest, room } from '../../channels/index.js';
import type { Message } from '../../core/index.js';
import { message } from '../marbles/message.js';

/**
 * What a channel's process gets when a client sends an event, for the `values` of a diagram (CT1). With an `id` its
 * client waits for an answer, by `reply` or `refuse`.
 *
 * @example hot('-s', { s: clientEvent(alice, say, { text: 'hi' }, { id: 1 }) })
 */
export function clientEvent<Data>(
  connection: Connection,
  event: EventType<Data> | string,
  data?: NoInfer<Data>,
  { id }: { readonly id?: number } = {},
): Message {
  const name = typeof event === 'string' ? event : event.name;
  const payload = { connection, event: name, data: data ?? null };
  return message(room.event, payload, from(connection, id));
}

/** A client has joined. @param options `params`: what it has sent; `rejoined`: the process was restarted, default false */
export function joined(
  connection: Connection,
  { params, rejoined = false }: { readonly params?: unknown; readonly rejoined?: boolean } = {},
): Message {
  return message(room.joined, { connection, params, rejoined }, from(connection));
}

/** A client has left. @param reason default `unsubscribed` */
export const left = (connection: Connection, reason = 'unsubscribed'): Message =>
  message(room.left, { connection, reason }, from(connection));

/**
 * A client asks to join, for a behaviour that admits (B24).
 *
 * @param options `channel`: default `room`; `params`, `meta`, `token`; `id`: tells several apart, default 1
 */
export function joinRequest(
  connection: Connection,
  { id = 1, ...given }: Partial<Omit<JoinRequest, 'connection'>> & { readonly id?: number } = {},
): Message<{ readonly request: JoinRequest }> {
  const request = { channel: 'room', params: undefined, meta: undefined, ...given, connection };
  return message(room.join, { request }, from(connection, id));
}

const from = ({ pid }: Connection, ref?: number) => ({
  from: pid,
  ...(ref !== undefined && { ref }),
});
