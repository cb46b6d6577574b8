import type { IncomingMessage } from 'node:http';
import type { Hub } from '../relay/index.js';
import { handshakeProblem } from './handshakeProblem.js';
import type { OriginPolicy, Own } from './originPolicy.js';
import { type Refusal, refusals } from './refusal.js';
import type { RelayWarnings } from './relayWarnings.js';

/**
 * Rows 1–3b of H2, which come before any handler, because one may spawn something for a hostile page. The
 * function gives the refusal, if there is one.
 */
export function firstCheck(
  hub: Hub,
  isAllowed: OriginPolicy,
  warnings: RelayWarnings,
): (request: IncomingMessage, own: Own) => Refusal | undefined {
  return (request, own) => {
    if (hub.draining) return refusals.shuttingDown;
    const problem = handshakeProblem(request) ?? originProblem(request.headers.origin, own);
    if (problem !== undefined) return problem;
    return hub.full ? refusals.full : undefined;
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
}
