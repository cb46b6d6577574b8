import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';
import { decodeRelayHeader, type RelayConfig } from '../codec/index.js';
import type { Behavior } from '../core/index.js';
import { headerLines } from './mergeHead.js';
import type { Mount } from './mount.js';
import type { PendingSocket } from './pendingSocket.js';
import { type Refusal, refusals } from './refusal.js';
import { routeOf } from './routeOf.js';
import { UpgradeResponse } from './upgradeResponse.js';

/**
 * Rows 5–12 of H2 for a response that was finished with a relay header, in one turn (H3): hands the
 * socket over to the relay, or gives the refusal. The conditions of rows 1 and 3b are looked at
 * again, as the handler took time.
 */
export function settle(
  { request, pending }: SettleInput,
  { header, owned, headers, protocol }: RelayAnswer,
  mount: Mount,
): Refusal | undefined {
  const verdict = judge(request, header, owned !== undefined, mount);
  if ('status' in verdict) return verdict;
  const { socket } = pending;
  const handover = { request, socket, head: pending.release(), headers, protocol };
  mount.open(handover, verdict, owned);
  return undefined;
}

/** A swallowed answer as it was when its head was due: what is set later does not count. */
export interface RelayAnswer {
  readonly header: OutgoingHttpHeader;
  /** The behaviour to spawn, if the header came with one. */
  readonly owned: Behavior | undefined;
  readonly headers: readonly string[];
  readonly protocol: string | undefined;
}

/** Takes down an answer with a relay header. */
export function readAnswer(response: ServerResponse, header: OutgoingHttpHeader): RelayAnswer {
  const protocol = response.getHeader('Sec-WebSocket-Protocol');
  return {
    header,
    owned: UpgradeResponse.ownedBy(response, header),
    headers: headerLines(response),
    protocol: protocol === undefined ? undefined : String(protocol),
  };
}

/** What a handshake consists of. */
export interface SettleInput {
  readonly request: IncomingMessage;
  readonly pending: PendingSocket;
}

function judge(
  request: IncomingMessage,
  header: OutgoingHttpHeader,
  isOwned: boolean,
  { hub }: Mount,
): Refusal | RelayConfig {
  if (hub.draining) return refusals.shuttingDown;
  if (Array.isArray(header)) {
    hub.warn('invalid_relay', `${routeOf(request)} set X-WS-Relay more than once`);
    return refusals.badHeader;
  }
  const decoded = decodeRelayHeader(String(header), { owned: isOwned });
  if (decoded._tag === 'Left') {
    const { status, text, detail } = decoded.left;
    hub.warn('invalid_relay', `${routeOf(request)}: ${text}: ${detail}`);
    return { status, text };
  }
  const config = decoded.right;
  if (!isOwned && !hub.alive(config.target_pid)) return refusals.deadTarget;
  if (hub.full) return refusals.full;
  return !isOwned && hub.refuses(config.target_pid) ? refusals.busyTarget : config;
}
