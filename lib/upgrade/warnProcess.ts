import type { IncomingMessage } from 'node:http';
import type { Hub } from '../relay/index.js';
import { isOtherScheme } from './originPolicy.js';
import { refusals } from './refusal.js';
import { pathOf, routeOf } from './routeOf.js';

/** Warns where no relay ran, so that no system can tell: as a Node process warning. */
export function warnProcess(code: string, message: string): void {
  process.emitWarning(message, { type: 'RxProcessWarning', code });
}

/** Who takes warnings for the system's events. */
type Warns = Pick<Hub, 'warn'>;

/** Routes are few; paths, where no route is known, are the client's choice. */
const MAX_WARNED = 100;
const warned = new Set<string>();

/** Origins that a relay names; they are the client's choice, too. */
const MAX_ORIGINS = 100;
/** A client's text in a log line. */
const MAX_SHOWN = 200;

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
export function warnTimeout(request: IncomingMessage, hub: Warns | undefined): void {
  const message = `${routeOf(request)}: ${refusals.noAnswer.text}`;
  if (hub === undefined) warnProcess('HANDSHAKE_TIMEOUT', message);
  else hub.warn('handshake_timeout', message);
}

/** Rows 6–8 of H2: what a handler has answered cannot be done. */
export function relayWarning(
  hub: Warns,
  request: IncomingMessage,
  { text, detail }: { readonly text: string; readonly detail: string },
): void {
  hub.warn('invalid_relay', `${routeOf(request)}: ${text}: ${detail}`);
}

/** Warnings about how the application is put together: the first request tells all there is. */
export function onceEach(hub: Warns): Hub['warn'] {
  const given = new Set<string>();
  return (code, message) => {
    if (given.has(code)) return;
    given.add(code);
    hub.warn(code, message);
  };
}

const HOST_ADVICE = 'set allowedOrigins, or have the proxy pass the Host header on';
const SCHEME_ADVICE =
  "set 'trust proxy' and have the proxy pass X-Forwarded-Proto, or set allowedOrigins";

/** H10: once for each route, 100 of them, that a subprotocol of the handler's was not offered. */
export function protocolWarning(
  hub: Warns,
): (request: IncomingMessage, protocol: string | undefined) => void {
  const given = new Set<string>();
  return (request, protocol) => {
    const offered = request.headers['sec-websocket-protocol'];
    if (protocol === undefined || offered === undefined) return;
    if (offered.split(',').some((each) => each.trim() === protocol)) return;
    const route = routeOf(request);
    if (given.has(route) || given.size >= MAX_WARNED) return;
    given.add(route);
    const texts = `answered Sec-WebSocket-Protocol '${shorten(protocol)}', offered were '${shorten(offered)}'`;
    hub.warn('protocol_not_offered', `${route}: ${texts}; answer with one of them`);
  };
}

/** H6: once for each Origin and Host, 100 of them, and once more for all that follow. */
export function originWarning(
  hub: Warns,
): (origin: string, host: string | undefined, protocol: string) => void {
  const given = new Set<string>();
  return (origin, host, protocol) => {
    const isScheme = isOtherScheme(origin, host);
    const own = isScheme ? `${protocol}://${host}` : `Host ${shorten(host)}`;
    const advice = isScheme ? SCHEME_ADVICE : HOST_ADVICE;
    const pair = `Origin ${shorten(origin)} is not ${shorten(own)}`;
    if (given.size > MAX_ORIGINS || given.has(pair)) return;
    given.add(pair);
    const last = given.size > MAX_ORIGINS ? '; no further ones are reported' : '';
    hub.warn('origin_refused', `${pair}; ${advice}${last}`);
  };
}

/** A host may be missing, whatever Express's types say. */
const shorten = (text: string | undefined): string => `${text}`.slice(0, MAX_SHOWN);
