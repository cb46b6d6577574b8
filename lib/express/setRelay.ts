import type { ServerResponse } from 'node:http';
import { encodeRelayHeader, RELAY_HEADER } from '../codec/index.js';
import type { GivenMetadata } from '../protocol/index.js';
import { checkTarget, type RelayTarget, TARGET_FIELDS } from '../upgrade/index.js';
import { originalOf } from './intercept.js';
import { UpgradeResponse } from './upgradeResponse.js';

/**
 * Answers an upgrade request with a relay to a process (H1), and returns `res`: nothing happens until
 * the handler ends it with a status below 300. A `target` is spawned only once the client is through,
 * so a refused upgrade leaves nobody behind.
 *
 * @param relay `target` or `target_pid`; `message_topic` (default `ws.message`); `heartbeat_interval`
 * (default none); `metadata` (default `{}`), for every message of this connection; `expires_at` (default never)
 * @throws ProcessError `Invalid`: not exactly one target, an unknown field (I7), or metadata that cannot be
 * sent as JSON, by its path (H9). What the fields say is judged at the handshake (H2 rows 6–9).
 * @example setRelay(res, { target: echo, heartbeat_interval: '30s' }).end();
 * @example setRelay<Member>(res, { target_pid: room, metadata: { user } }).end(); // checked, as for a `RelayBehavior`
 */
export function setRelay<
  M extends GivenMetadata = GivenMetadata,
  R extends ServerResponse = ServerResponse,
>(res: R, relay: RelayTarget<M>): R {
  checkTarget('setRelay', relay as RelayTarget, TARGET_FIELDS);
  const { target, ...fields } = relay;
  const text = encodeRelayHeader(fields);
  res.setHeader(RELAY_HEADER, text);
  UpgradeResponse.own(originalOf(res), target && { text, behavior: target });
  return res;
}
