import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import { decodeRelayHeader } from '../codec/index.js';
import { type RelayAnswer, refusals } from '../upgrade/index.js';
import { headerLines } from './mergeHead.js';
import { UpgradeResponse } from './upgradeResponse.js';

/**
 * Reads what a response with a relay header answers, as it is when its head is due: what is set later
 * does not count.
 */
export function relayAnswer(response: ServerResponse, header: OutgoingHttpHeader): RelayAnswer {
  const protocol = response.getHeader('Sec-WebSocket-Protocol');
  const owned = UpgradeResponse.ownedBy(response, header);
  return {
    config: configOf(header, owned !== undefined),
    owned,
    headers: headerLines(response),
    protocol: protocol === undefined ? undefined : String(protocol),
  };
}

/** Rows 6–8 of H2. */
function configOf(header: OutgoingHttpHeader, owned: boolean): RelayAnswer['config'] {
  if (Array.isArray(header)) return { ...refusals.badHeader, detail: 'set more than once' };
  const decoded = decodeRelayHeader(String(header), { owned });
  return decoded._tag === 'Left' ? decoded.left : decoded.right;
}
