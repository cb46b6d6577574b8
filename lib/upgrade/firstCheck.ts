import type { IncomingMessage } from 'node:http';
import { type Hub, TokenBucket } from '../relay/index.js';
import { askKey } from './connectionKey.js';
import type { Door } from './door.js';
import { handshakeProblem } from './handshakeProblem.js';
import type { Own } from './originPolicy.js';
import type { RelaySettings } from './readOptions.js';
import { type Refusal, refusals } from './refusal.js';
import type { RelayWarnings } from './relayWarnings.js';

export type { Door, Own };

/**
 * Rows 1–3 of H2, which come before any handler, because one may spawn something for a hostile page. The
 * function gives the refusal, if there is one, and notes by what the handshake is counted.
 */
export function firstCheck(
  hub: Hub,
  { isAllowed, connectionKey, upgradesPerSecond: rate }: RelaySettings,
  warnings: RelayWarnings,
  { problem = handshakeProblem, originOf = originHeader }: Pick<Door, 'problem' | 'originOf'>,
): (handshake: Counted, own: Own) => Refusal | undefined {
  const isLimited = rate !== Number.POSITIVE_INFINITY;
  const bucket = isLimited ? new TokenBucket(rate, rate, () => hub.kernel.uptime()) : undefined;
  return (handshake, own) => {
    if (hub.draining) return refusals.shuttingDown(hub);
    const { request } = handshake;
    const wrong = problem(request) ?? originProblem(originOf(request, own), own);
    return wrong ?? placeProblem(handshake);
  };

  /** Row 3. */
  function originProblem(origin: string | undefined, own: Own): Refusal | undefined {
    if (isAllowed(origin, own)) return undefined;
    if (origin === undefined) {
      warnings.once('origin_missing', 'a handshake without Origin was refused (requireOrigin)');
      return refusals.noOrigin;
    }
    warnings.origin(origin, own.host, own.protocol);
    return refusals.badOrigin;
  }

  /** Rows 3b–3e. The token comes last, so that a key which has all its places takes none from others. */
  function placeProblem(handshake: Counted): Refusal | undefined {
    if (hub.places.full || hub.full) return warnings.limit('full');
    try {
      // Also where there is none to ask: it may have that of another relay, which it has passed before.
      handshake.key = connectionKey && askKey(connectionKey, handshake.request);
    } catch (error) {
      warnings.keyFailed(error);
      return refusals.failed;
    }
    if (hub.places.isCrowded(handshake.key)) return warnings.limit('crowded');
    return bucket?.take() === false ? warnings.limit('tooMany') : undefined;
  }
}

const originHeader = ({ headers }: IncomingMessage): string | undefined => headers.origin;

/** A handshake with what it is counted by. */
export interface Counted {
  readonly request: IncomingMessage;
  key: string | undefined;
}
