import type { Request, RequestHandler, Response } from 'express';
import { RELAY_HEADER } from '../codec/index.js';
import { guard } from './guard.js';
import { asksForWebSocket, handshakeProblem } from './handshakeProblem.js';
import { type Mount, mountOf, setMount } from './mount.js';
import type { OriginPolicy } from './originPolicy.js';
import { type Refusal, refusals, sendRefusal } from './refusal.js';
import { routeOf } from './routeOf.js';
import { UpgradeResponse } from './upgradeResponse.js';
import { onceEach, originWarning } from './warnProcess.js';

/**
 * The middleware of a relay: rows 1–3b of H2 before the handlers, the guard on what is no upgrade,
 * and after the handlers the end of a response that they left open with the header set (H11).
 */
export function relayHandler(mount: Mount, isAllowed: OriginPolicy): RequestHandler {
  const warnOnce = onceEach(mount);
  const warnOrigin = originWarning(mount);
  return (request, response, next) => {
    const isSet = response.hasHeader(RELAY_HEADER);
    const upgrade = UpgradeResponse.upgradeOf(response);
    if (isSet && (upgrade?.mounted ?? mountOf(response)) !== undefined) return finish(response);
    if (upgrade === undefined) enterPlain(request, response);
    else upgrade.mount(mount);
    const refusal = upgrade && problem(request);
    if (refusal !== undefined) return sendRefusal(response, refusal);
    if (!isSet) return next();
    const advice = 'mount it before them, or a refused client has already run them';
    warnOnce('relay_after_handlers', `${routeOf(request)}: handlers ran first; ${advice}`);
    finish(response);
  };

  function enterPlain(request: Request, response: Response): void {
    setMount(response, mount);
    guard(request, response);
    if (!asksForWebSocket(request)) return;
    warnOnce('upgrades_not_accepted', 'a WebSocket handshake came in; call acceptUpgrades(server)');
  }

  /** Rows 1–3b. */
  function problem(request: Request): Refusal | undefined {
    if (mount.hub.draining) return refusals.shuttingDown;
    return handshakeProblem(request) ?? originProblem(request) ?? limit(mount);
  }

  /** Row 3, before any handler has spawned something for a hostile page. */
  function originProblem(request: Request): Refusal | undefined {
    const { origin } = request.headers;
    if (origin === undefined) return undefined;
    const { host, protocol } = request; // asks the socket for its peer, so only where a browser asks
    if (isAllowed(origin, host, protocol)) return undefined;
    warnOrigin(origin, host, protocol);
    return refusals.badOrigin;
  }
}

/** Row 3b. */
const limit = ({ hub }: Mount): Refusal | undefined => (hub.full ? refusals.full : undefined);

/** The handlers are through, and none of them has ended the response (H11). */
function finish(response: Response): void {
  if (response.statusCode < 300) response.statusCode = 200;
  response.end();
}
