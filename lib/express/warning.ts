import type { IncomingMessage } from 'node:http';
import type { Mount } from './mount.js';
import { refusals } from './refusal.js';
import { pathOf, routeOf } from './upgradeRequest.js';

/** Routes are few; paths, where no route is known, are the client's choice. */
const MAX_WARNED = 100;
const warned = new Set<string>();

/** Warns where no relay ran, so that no system can tell: as a Node process warning. */
export function warnProcess(code: string, message: string): void {
  process.emitWarning(message, { type: 'RxProcessWarning', code });
}

/** H2 row 4b, once for each route. */
export function warnNotMounted(request: IncomingMessage): void {
  const route = routeOf(request);
  if (warned.has(route) || warned.size >= MAX_WARNED) return;
  warned.add(route);
  warnProcess(
    'RELAY_NOT_MOUNTED',
    `X-WS-Relay set but websocketRelay is not mounted on ${pathOf(request)}`,
  );
}

/** H11: to the relay's system, where the request has passed a relay. */
export function warnTimeout(request: IncomingMessage, mount: Mount | undefined): void {
  const message = `${routeOf(request)}: ${refusals.noAnswer.text}`;
  if (mount === undefined) warnProcess('HANDSHAKE_TIMEOUT', message);
  else mount.hub.warn('handshake_timeout', message);
}
