import type { IncomingMessage } from 'node:http';
import type { Handover, Mount } from './mount.js';
import { otherScheme } from './originPolicy.js';
import { refusals } from './refusal.js';
import { pathOf, routeOf } from './routeOf.js';

/** Warns where no relay ran, so that no system can tell: as a Node process warning. */
export function warnProcess(code: string, message: string): void {
  process.emitWarning(message, { type: 'RxProcessWarning', code });
}

/** Routes are few; paths, where no route is known, are the client's choice. */
const MAX_WARNED = 100;

/** Says yes to the first request of each route, of 100 routes. */
function firstOfRoute(): (request: IncomingMessage) => boolean {
  const seen = new Set<string>();
  return (request) => {
    const route = routeOf(request);
    if (seen.has(route) || seen.size >= MAX_WARNED) return false;
    seen.add(route);
    return true;
  };
}

/** Origins that a relay names; they are the client's choice, too. */
const MAX_ORIGINS = 100;
/** A client's text in a log line. */
const MAX_SHOWN = 200;

const isFirstNotMounted = firstOfRoute();

/** H2 row 4b, once for each route. */
export function warnNotMounted(request: IncomingMessage): void {
  if (!isFirstNotMounted(request)) return;
  const where = `is not mounted on ${pathOf(request)}, or mounted after this handler`;
  warnProcess('RELAY_NOT_MOUNTED', `X-WS-Relay set but websocketRelay ${where}`);
}

/** H11: to the relay's system, where the request has passed a relay. */
export function warnTimeout(request: IncomingMessage, mount: Mount | undefined): void {
  const message = `${routeOf(request)}: ${refusals.noAnswer.text}`;
  if (mount === undefined) warnProcess('HANDSHAKE_TIMEOUT', message);
  else mount.hub.warn('handshake_timeout', message);
}

/** Warnings about how the application is put together: the first request tells all there is. */
export function onceEach({ hub }: Mount): Mount['hub']['warn'] {
  const given = new Set<string>();
  return (code, message) => {
    if (given.has(code)) return;
    given.add(code);
    hub.warn(code, message);
  };
}

const NOT_SET_ADVICE =
  'call setRelay(res, …) before it ends, or answer with a status of 3xx or more to refuse';

/** H2 row 4a: once for each route, 100 of them, that a handler answered an upgrade like any request. */
export function notSetWarning(hub: Pick<Mount['hub'], 'warn'>): Mount['warnNotSet'] {
  const isFirst = firstOfRoute();
  return (request, status) => {
    if (!isFirst(request)) return;
    const text = `${routeOf(request)}: ended with ${status} and no relay; ${NOT_SET_ADVICE}`;
    hub.warn('relay_not_set', text);
  };
}

/** H10: once for each route, 100 of them, that a subprotocol of the handler's was not offered. */
export function protocolWarning(hub: Pick<Mount['hub'], 'warn'>): (handover: Handover) => void {
  const isFirst = firstOfRoute();
  return ({ request, protocol }) => {
    const offered = request.headers['sec-websocket-protocol'];
    if (protocol === undefined || offered === undefined) return;
    if (offered.split(',').some((each) => each.trim() === protocol)) return;
    if (!isFirst(request)) return;
    const texts = `answered Sec-WebSocket-Protocol '${shorten(protocol)}', offered were '${shorten(offered)}'`;
    hub.warn('protocol_not_offered', `${routeOf(request)}: ${texts}; answer with one of them`);
  };
}

/** What to do about a page whose host or scheme is another: the likely cause first. */
const ORIGIN_ADVICE = {
  host: "behind a proxy set 'trust proxy' and have it pass X-Forwarded-Host, or Host with its port; for other sites set allowedOrigins",
  https: "set 'trust proxy' and have the proxy pass X-Forwarded-Proto, or set allowedOrigins",
  http: 'load the page by https, or set allowedOrigins',
} as const;

/** H6: once for each Origin and Host, 100 of them, and once more for all that follow. */
export function originWarning({
  hub,
}: Mount): (origin: string, host: string, protocol: string) => void {
  const given = new Set<string>();
  return (origin, host, protocol) => {
    const scheme = otherScheme(origin, host);
    const own = scheme ? `${protocol}://${host}` : `Host ${shorten(host)}`;
    const pair = `Origin ${shorten(origin)} is not ${shorten(own)}`;
    if (given.size > MAX_ORIGINS || given.has(pair)) return;
    given.add(pair);
    const last = given.size > MAX_ORIGINS ? '; no further ones are reported' : '';
    hub.warn('origin_refused', `${pair}; ${ORIGIN_ADVICE[scheme ?? 'host']}${last}`);
  };
}

/** A host may be missing, whatever Express's types say. */
const shorten = (text: string | undefined): string => `${text}`.slice(0, MAX_SHOWN);
