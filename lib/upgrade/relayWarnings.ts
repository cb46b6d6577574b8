import type { IncomingMessage } from 'node:http';
import { printable } from '../core/index.js';
import type { Hub } from '../relay/index.js';
import { otherScheme } from './originPolicy.js';
import { type Refusal, refusals } from './refusal.js';
import { routeOf } from './routeOf.js';

/**
 * What one relay warns of, as events of its system: how the application answers handshakes, and whom it
 * turns away. How it is put together is said once; a handler that fails, each time. What a client chooses is
 * cut and escaped, and of its headers only `Origin` and `Host` are told (I12).
 */
export class RelayWarnings {
  readonly #hub: Pick<Hub, 'warn'>;
  readonly #advice: OriginAdvice;
  readonly #given = new Set<string>();
  readonly #pairs = new Set<string>();
  readonly #isFirstNotSet = firstOfRoute();
  readonly #isFirstNotOffered = firstOfRoute();

  constructor(hub: Pick<Hub, 'warn'>, advice: OriginAdvice) {
    this.#hub = hub;
    this.#advice = advice;
  }

  /** How the application is put together: the first request tells all there is. */
  once(code: string, message: string, error?: unknown): void {
    if (this.#given.has(code)) return;
    this.#given.add(code);
    this.#hub.warn(code, message, error);
  }

  /** H2 rows 3b, 3d and 3e, once for each: a flood is counted, not told. Gives the refusal. */
  limit(name: keyof typeof LIMITS): Refusal {
    const [code, text] = LIMITS[name];
    this.once(code, `${text}; further ones are counted only`);
    return refusals[name];
  }

  /** H2 row 3c, once. */
  keyFailed(error: unknown): void {
    this.once('connection_key_failed', 'connectionKey failed', error);
  }

  /** H11. */
  timeout(request: IncomingMessage): void {
    this.#hub.warn('handshake_timeout', `${placeOf(request)}: ${refusals.noAnswer.text}`);
  }

  /** H2 rows 6–8: what a handler has answered cannot be done. */
  invalid(request: IncomingMessage, text: string, detail: string): void {
    this.#hub.warn('invalid_relay', `${placeOf(request)}: ${text}: ${detail}`);
  }

  /** H13: a handler has thrown, or answered what is no answer. */
  failed(request: IncomingMessage, error: unknown): void {
    this.#hub.warn('handler_failed', `${placeOf(request)}: the upgrade handler failed`, error);
  }

  /** The 101 is out, and the connection cannot start. */
  connectFailed(error: unknown): void {
    this.#hub.warn('connect_failed', 'a connection could not start', error);
  }

  /** H2 row 4a: once for each route, 100 of them, that a handler has answered a handshake like any request. */
  notSet(request: IncomingMessage, status: number): void {
    if (!this.#isFirstNotSet(request)) return;
    const text = `${placeOf(request)}: ended with ${status} and no relay; ${NOT_SET_ADVICE}`;
    this.#hub.warn('relay_not_set', text);
  }

  /** H10: once for each route, 100 of them, that a subprotocol of the handler's was not offered. */
  protocol(request: IncomingMessage, protocol: string | undefined): void {
    const offered = request.headers['sec-websocket-protocol'];
    if (protocol === undefined || offered === undefined) return;
    const each = offered.split(',').map((one) => one.trim());
    if (each.includes(protocol) || !this.#isFirstNotOffered(request)) return;
    // None of them is told: a client that cannot send other headers puts its token there (H18).
    const text = `the Sec-WebSocket-Protocol of the answer is none of the ${each.length} that were offered`;
    this.#hub.warn('protocol_not_offered', `${placeOf(request)}: ${text}; answer with one of them`);
  }

  /** H6: once for each Origin and Host, 100 of them, and once more for all that follow. */
  origin(origin: string, host: string | undefined, protocol: string): void {
    const scheme = otherScheme(origin, host);
    const own = scheme ? `${protocol}://${host}` : `Host ${shorten(host)}`;
    const pair = `Origin ${shorten(origin)} is not ${shorten(own)}`;
    if (this.#pairs.size > MAX_ORIGINS || this.#pairs.has(pair)) return;
    this.#pairs.add(pair);
    const last = this.#pairs.size > MAX_ORIGINS ? '; no further ones are reported' : '';
    this.#hub.warn('origin_refused', `${pair}; ${this.#advice[scheme ?? 'host']}${last}`);
  }
}

/** What to do about a page whose host is another, or whose scheme alone is, the likely cause first. */
export interface OriginAdvice {
  readonly host: string;
  /** A page of `https` at a server that is reached by `http`. */
  readonly https: string;
  readonly http: string;
}

/** Says yes to the first request of each route, of 100 routes. */
export function firstOfRoute(): (request: IncomingMessage) => boolean {
  const seen = new Set<string>();
  return (request) => {
    const route = routeOf(request);
    if (seen.has(route) || seen.size >= MAX_ROUTES) return false;
    seen.add(route);
    return true;
  };
}

/** Routes are few; paths, where no route is known, are the client's choice. */
const MAX_ROUTES = 100;
/** Origins that a relay names; they are the client's choice, too. */
const MAX_ORIGINS = 100;
/** A client's text in a log line. */
const MAX_SHOWN = 200;

/** By refusal: the code of the warning, and its text. Never the key itself, which may be a secret. */
const LIMITS = {
  full: [
    'connections_full',
    'a handshake got 503: all of maxConnections, or of its host, are there',
  ],
  crowded: ['key_full', 'a handshake got 429: its connectionKey has all of maxPerKey'],
  tooMany: ['too_many_upgrades', 'a handshake got 503: more than upgradesPerSecond have come'],
} as const;

const NOT_SET_ADVICE =
  'call setRelay(res, …) before it ends, or answer with a status of 3xx or more to refuse';

/** The route, or the path, for a line of a log. */
const placeOf = (request: IncomingMessage): string => shorten(routeOf(request));

/** A host may be missing, whatever Express's types say. */
const shorten = (text: string | undefined): string => printable(`${text}`, MAX_SHOWN);
