import type { IncomingMessage, OutgoingHttpHeader } from 'node:http';
import { decodeRelayHeader, type RelayConfig } from '../codec/index.js';
import type { Gatekeeper } from './mount.js';
import { type Refusal, refusals } from './refusal.js';
import { asksForWebSocket, routeOf } from './upgradeRequest.js';

/**
 * Rows 5–12 of H2, for a response that has finished with a relay header: the configuration to connect
 * with, or the refusal. The conditions of rows 1 and 3b are looked at again, as the handler took time.
 */
export function judge(
  request: IncomingMessage,
  header: OutgoingHttpHeader,
  owned: boolean,
  hub: Gatekeeper,
): Refusal | RelayConfig {
  if (!asksForWebSocket(request)) return refusals.noUpgrade;
  if (hub.draining) return refusals.shuttingDown;
  if (Array.isArray(header)) {
    hub.warn('invalid_relay', `${routeOf(request)} set X-WS-Relay more than once`);
    return refusals.badHeader;
  }
  const decoded = decodeRelayHeader(String(header), { owned });
  if (decoded._tag === 'Left') {
    const { status, text, detail } = decoded.left;
    hub.warn('invalid_relay', `${routeOf(request)}: ${text}: ${detail}`);
    return { status, text };
  }
  const config = decoded.right;
  if (!owned && !hub.alive(config.target_pid)) return refusals.deadTarget;
  return hub.full ? refusals.full : config;
}

/** Tells the two results of `judge` apart. */
export function isRefusal(verdict: Refusal | RelayConfig): verdict is Refusal {
  return 'status' in verdict;
}
