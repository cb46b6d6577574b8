import { type NextFunction, type Request, type Response, Router } from 'express';
import type { ConnectAnswer, WebSocketManager } from '../channels/index.js';
import type { Known } from '../core/index.js';
import {
  Admission,
  asRelay,
  type Door,
  EventSocket,
  hasBody,
  type Relay,
  refusals,
  type RelayOptions as SharedOptions,
} from '../upgrade/index.js';
import { EventRequest } from './eventRequest.js';
import { malformed, mountOf, readRoutes, warnDoubled } from './readRoutes.js';
import { sendRefused } from './sendRefused.js';
import { UpgradeResponse } from './upgradeResponse.js';
import { DOOR, type RelayOptions } from './websocketRelay.js';

/**
 * Server-sent events of a manager's channels, for clients whose proxies cut WebSockets: `GET /events/<channel>` answers
 * with a stream of what a plain client at `/ws/<channel>` gets (SE1). They are a relay as well, with its origin policy,
 * limits and methods, and each stream is a connection like any other.
 *
 * @param options `connect`: who a client is, or why it may not connect (B14); `path`: default `/events`; those of
 * `websocketRelay` that do not concern what clients send
 * @throws ProcessError `Invalid` for what is no manager, or an option, by its name.
 * @example app.use(eventRoutes(manager, { connect: (req) => ({ identity: req.session.user }) }));
 */
export function eventRoutes(
  manager: WebSocketManager,
  options: EventRoutesOptions = {},
): Router & Relay {
  const inside = readRoutes(EVENTS.name, manager, options, OPTIONS);
  const { path = '/events', connect, ...relayOptions } = options;
  const admission = new Admission(inside.system, relayOptions as SharedOptions, EVENTS);
  const base = path.replace(/\/$/, '');
  const router = Router({ strict: true });
  router.use(warnDoubled(EVENTS.name, base, admission));
  router.all(`${base}/:channel`, answer);
  router.use(path, malformed);
  const endpoints = [{ path: `${base}/:channel`, kind: 'events' }] as const;
  // Clients send nothing.
  const limits = { ...admission.limits, maxPayload: 0 };
  inside.mounts.push({ ...mountOf(endpoints, admission, relayOptions), limits });
  return asRelay(router, admission);

  function answer(request: Request, response: Response, next: NextFunction): void {
    if (UpgradeResponse.upgradeOf(response) !== undefined) return next();
    shareWith(request, response, admission);
    if (!METHODS.has(request.method)) return refuseMethod(request, response);
    // Behind an answer that is not out it would have no connection, whose end would tell of its own.
    if (response.socket === null) return sendRefused(request, response, refusals.isPipelined);
    const lastId = request.get('Last-Event-ID') ?? '';
    if (lastId === EventSocket.CLOSED) return noMore(response);
    const asked = {
      protocols: undefined,
      channel: request.params.channel as string,
      known: { address: request.ip, userAgent: request.get('user-agent') },
      maxPayload: 0,
      connect: connect && (() => connect(request, {})),
      refresh: undefined,
      lastId,
    };
    new EventRequest(request, response, admission).run(inside, asked);
  }
}

/** Lets the page of an allowed origin read the answer, with its visitor's cookies, as it may use a WebSocket (H6). */
function shareWith(request: Request, response: Response, { isAllowed }: Admission): void {
  const { origin } = request.headers;
  response.vary('Origin');
  if (origin === undefined || !isAllowed(origin, request)) return;
  response.set({
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
  });
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The one answer by which a browser that was told not to come back stops to do so (SE6). */
function noMore(response: Response): void {
  response.set('Cache-Control', 'no-store').status(204).end();
}

function refuseMethod(request: Request, response: Response): void {
  response.set('Allow', 'GET, HEAD, OPTIONS');
  if (request.method === 'OPTIONS') response.status(204).end();
  else sendRefused(request, response, { status: 405, text: refusals.badMethod.text });
}

/** Who may connect, and the options of the relay that concern what goes out. */
export interface EventRoutesOptions
  extends Pick<
    RelayOptions,
    | 'allowedOrigins'
    | 'dangerouslyAllowAnyOrigin'
    | 'requireOrigin'
    | 'host'
    | 'maxBuffered'
    | 'maxTotalBuffered'
    | 'overflow'
    | 'maxConnections'
    | 'connectionKey'
    | 'maxPerKey'
    | 'upgradesPerSecond'
    | 'pingInterval'
    | 'closeTimeout'
  > {
  /**
   * Says who a client is, or why it may not connect (B14), by Express's request; it may be async, for 5 s. Default:
   * everybody may, and nobody is known. The hook of `websocketRoutes` will do, which is then given no token.
   */
  readonly connect?:
    | ((request: Request, offered: { readonly token?: string }) => ConnectAnswer)
    | undefined;
  /** Default `/events`. */
  readonly path?: string | undefined;
}

const OPTIONS: Known<EventRoutesOptions> = {
  allowedOrigins: true,
  dangerouslyAllowAnyOrigin: true,
  requireOrigin: true,
  host: true,
  maxBuffered: true,
  maxTotalBuffered: true,
  overflow: true,
  maxConnections: true,
  connectionKey: true,
  maxPerKey: true,
  upgradesPerSecond: true,
  pingInterval: true,
  closeTimeout: true,
  connect: true,
  path: true,
};

/**
 * A browser sends no `Origin` with a plain `GET`, of its own page or of an image in another's: there it says in
 * `Sec-Fetch-Site` which it is (SE2).
 */
const EVENTS: Door = {
  ...DOOR,
  name: 'eventRoutes',
  problem: (request) => {
    if (hasBody(request)) return refusals.hasBody;
    const { headers } = request;
    const isForeign = headers.origin === undefined && FOREIGN.has(siteOf(headers));
    return isForeign ? refusals.noOrigin : undefined;
  },
  originOf: ({ headers }, { host, protocol }) =>
    headers.origin ?? (siteOf(headers) === 'same-origin' ? `${protocol}://${host}` : undefined),
};

const siteOf = (headers: Request['headers']): string => String(headers['sec-fetch-site']);

const FOREIGN: ReadonlySet<string> = new Set(['cross-site', 'same-site']);
