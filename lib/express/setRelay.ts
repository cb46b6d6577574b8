import type { ServerResponse } from 'node:http';
import { encodeRelayHeader, RELAY_HEADER, type RelayFields } from '../codec/index.js';
import { type Behavior, type Known, knownOptions, ProcessError } from '../core/index.js';
import { UpgradeResponse } from './upgradeResponse.js';

/**
 * Answers an upgrade request with a relay to a process (H1), and returns `res`: nothing happens until
 * the handler ends it with a status below 300. A `target` is spawned only once the client is through,
 * so a refused upgrade leaves nobody behind.
 *
 * @param relay `target` or `target_pid`; `message_topic` (default `ws.message`); `heartbeat_interval`
 * (default none); `metadata` (default `{}`), for every message of this connection
 * @throws ProcessError `Invalid`: not exactly one target, an unknown field (I7), or metadata that cannot be
 * sent as JSON, by its path (H9). What the fields say is judged at the handshake (H2 rows 6–9).
 * @example setRelay(res, { target: echo, heartbeat_interval: '30s' }).end();
 */
export function setRelay<R extends ServerResponse>(res: R, relay: RelayTarget): R {
  knownOptions<RelayTarget>('setRelay', relay, FIELDS);
  const { target, target_pid, ...fields } = relay;
  if ((target === undefined) === (target_pid === undefined)) {
    throw new ProcessError('Invalid', 'setRelay: give either target or target_pid');
  }
  if (target !== undefined && typeof target !== 'function') {
    throw new ProcessError(
      'Invalid',
      'setRelay: target is no behaviour; give target_pid for a PID',
    );
  }
  const text = encodeRelayHeader({ ...fields, target_pid });
  res.setHeader(RELAY_HEADER, text);
  UpgradeResponse.own(res, target && { text, behavior: target });
  return res;
}

const FIELDS: Known<RelayTarget> = {
  target: true,
  target_pid: true,
  message_topic: true,
  heartbeat_interval: true,
  metadata: true,
};

/** What the relay is to do with the upgrade: to whom its messages go, and how. */
export type RelayTarget = Omit<RelayFields, 'target_pid'> &
  (
    | {
        /** A behaviour that the relay spawns for this connection, and ends with it (H1). */
        readonly target: Behavior;
        readonly target_pid?: never;
      }
    | { readonly target_pid: NonNullable<RelayFields['target_pid']>; readonly target?: never }
  );
