import type { Connection } from '../definitions/connection.js';
import type { JoinRequest } from '../definitions/joinHook.js';
import type { Position } from '../history/historyStore.js';
import type { SubscribeFields } from './subscribeProblem.js';

/** What a client asks by its subscribe, or by its path, as hooks and processes are asked (B15). */
export function joinRequest(connection: Connection, fields: SubscribeFields): JoinRequest {
  const { channel, params, meta, token, since } = fields;
  return {
    channel,
    connection,
    params,
    meta,
    ...(token !== undefined && { token: token as string }),
    ...(since !== undefined && { since: since as Position }),
  };
}
