import type { IncomingMessage } from 'node:http';
import { warnProcess } from '../runtime/index.js';
import { type Admission, firstOfRoute, pathOf, refusals, routeOf } from '../upgrade/index.js';

/** H2 row 4b, once for each route, 100 of them. */
export function warnNotMounted(request: IncomingMessage): void {
  if (!isFirst(request)) return;
  const where = `is not mounted on ${pathOf(request)}, or mounted after this handler`;
  const remedy = 'app.use(path, websocketRelay(system)) before the handler';
  warnProcess('RELAY_NOT_MOUNTED', `X-WS-Relay set but websocketRelay ${where}: ${remedy}`);
}

const isFirst = firstOfRoute();

/** H11: to the relay's system, where the request has passed a relay. */
export function warnNoAnswer(request: IncomingMessage, mounted: Admission | undefined): void {
  if (mounted !== undefined) mounted.warnings.timeout(request);
  else warnProcess('HANDSHAKE_TIMEOUT', `${routeOf(request)}: ${refusals.noAnswer.text}`);
}
