import type { Request, RequestHandler, Response } from 'express';
import { RELAY_HEADER } from '../codec/index.js';
import { type Admission, asksForWebSocket, routeOf, sendRefusal } from '../upgrade/index.js';
import { guard } from './guard.js';
import { mountOf, setMount } from './mountable.js';
import { UpgradeResponse } from './upgradeResponse.js';

/**
 * The middleware of a relay: rows 1–3 of H2 before the handlers, the guard on what is no upgrade,
 * and after the handlers the end of a response that they left open with the header set (H11).
 */
export function relayHandler(admission: Admission): RequestHandler {
  const { warnings } = admission;
  return (request, response, next) => {
    const isSet = response.hasHeader(RELAY_HEADER);
    const upgrade = UpgradeResponse.upgradeOf(response);
    if (isSet && (upgrade?.mounted ?? mountOf(response)) !== undefined) return finish(response);
    if (upgrade === undefined) enterPlain(request, response);
    const refusal = upgrade?.mount(admission, request);
    if (refusal !== undefined) return sendRefusal(response, refusal);
    if (!isSet) return upgrade ? admission.followers.serve(upgrade, request, next) : next();
    const advice = 'mount it before them, or a refused client has already run them';
    warnings.once('relay_after_handlers', `${routeOf(request)}: handlers ran first; ${advice}`);
    finish(response);
  };

  function enterPlain(request: Request, response: Response): void {
    setMount(response, admission);
    guard(request, response);
    if (!asksForWebSocket(request)) return;
    warnings.once(
      'upgrades_not_accepted',
      'a WebSocket handshake came in; call acceptUpgrades(server)',
    );
  }
}

/** The handlers are through, and none of them has ended the response (H11). */
function finish(response: Response): void {
  if (response.statusCode < 300) response.statusCode = 200;
  response.end();
}
