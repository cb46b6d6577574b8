import {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import type {
  ConnectAnswer,
  Connection,
  Declined,
  Mount,
  WebSocketManager,
} from '../channels/index.js';
import { insideOf, type Known, knownOptions, ProcessError } from '../core/index.js';
import type { GivenMetadata } from '../protocol/index.js';
import {
  Admission,
  asRelay,
  RELAY_OPTIONS,
  type Relay,
  type RelayOptions as SharedOptions,
} from '../upgrade/index.js';
import { relayHandler } from './relayHandler.js';
import { setRelay } from './setRelay.js';
import { UpgradeResponse } from './upgradeResponse.js';
import { DOOR, type RelayOptions } from './websocketRelay.js';

/**
 * The routes of a manager: a client that connects to `/ws` is welcomed, one that connects to `/ws/<channel>` is in
 * that channel first (B4). They are a relay as well, with its origin policy, limits and refusals, whose
 * options and methods they have.
 *
 * @param options `connect`: who a client is, or why it may not connect (B14); `refresh`: whether it may stay (B32);
 * `path`: default `/ws`; those of `websocketRelay`
 * @throws ProcessError `Invalid` for what is no manager, or an option, by its name.
 * @example app.use(websocketRoutes(manager, { connect: (req) => ({ identity: req.session.user }) }));
 */
export function websocketRoutes(
  manager: WebSocketManager,
  options: RoutesOptions = {},
): Router & Relay {
  const inside = manager?.[insideOf];
  if (inside === undefined) throw invalid('give a manager, from createWebSocketManager(system)');
  const { path = '/ws', connect, refresh, ...relayOptions } = checked(options);
  const admission = new Admission(inside.system, relayOptions as SharedOptions, ROUTES);
  const base = path.replace(/\/$/, '');
  const router = Router({ strict: true });
  router.use(warnDoubled(base, admission));
  router.use(path, relayHandler(admission));
  router.get([base || '/', `${base}/:channel`], answer);
  router.use(path, malformed);
  inside.mounts.push(mountOf(base, admission, relayOptions));
  return asRelay(router, admission);

  function answer(request: Request, response: Response): void {
    // A plain request is told to upgrade; nobody is asked who it is.
    if (UpgradeResponse.upgradeOf(response) === undefined) {
      setRelay(response, { target_pid: manager.pid }).end();
      return;
    }
    // It may have left while middleware was asked.
    if (response.destroyed) return;
    const asked = {
      protocols: request.headers['sec-websocket-protocol'],
      channel: request.params.channel as string | undefined,
      known: { address: request.ip, userAgent: request.get('user-agent') },
      maxPayload: admission.limits.maxPayload,
      connect: connect && ((offered: { readonly token?: string }) => connect(request, offered)),
      refresh,
    };
    ask(inside, asked, response);
  }
}

/** A relay is mounted at its path, the routes are not: who does it has them at `/ws/ws`, and is told so once. */
function warnDoubled(base: string, { warnings }: Admission): RequestHandler {
  return ({ baseUrl }, _response, next) => {
    if (base !== '' && baseUrl === base) {
      const advice = "app.use(websocketRoutes(manager)), or path: '/'";
      warnings.once(
        'path_doubled',
        `mounted at ${base}, the routes are at ${base}${base}: ${advice}`,
      );
    }
    next();
  };
}

/** Answers as the manager decides, unless the client goes first. */
function ask(inside: Inside, asked: Parameters<Inside['handshake']>[0], response: Response): void {
  const asking = inside.handshake(asked, (outcome) => {
    if ('status' in outcome) return decline(response, outcome);
    const { id, relay, selected } = outcome;
    // Also where the client is refused after all.
    if (id !== undefined) response.once('close', () => inside.arrivals.forget(id));
    if (selected !== undefined) response.setHeader('Sec-WebSocket-Protocol', selected);
    setRelay<GivenMetadata>(response, relay).end();
  });
  response.once('close', () => asking.unsubscribe());
}

type Inside = WebSocketManager[typeof insideOf];

/** Who may connect, and the options of the relay. */
export interface RoutesOptions extends RelayOptions {
  /**
   * Says who a client is, or why it may not connect (B14), by Express's request and the token that it has offered (CP3);
   * it may be async, for 5 s. Default: everybody may, and nobody is known.
   */
  readonly connect?:
    | ((request: Request, offered: { readonly token?: string }) => ConnectAnswer)
    | undefined;
  /**
   * Says whether a client may stay, and for how long, by the new token that it sends (B32); it may be async, for 5 s.
   * Another identity than before ends the connection with 4403. Default: nothing is refreshed.
   */
  readonly refresh?: ((connection: Connection, token: string) => ConnectAnswer) | undefined;
  /** Default `/ws`. */
  readonly path?: string | undefined;
}

const OPTIONS: Known<RoutesOptions> = {
  ...(RELAY_OPTIONS as Known<RelayOptions>),
  connect: true,
  refresh: true,
  path: true,
};

const ROUTES = { ...DOOR, name: 'websocketRoutes' };

function checked(options: RoutesOptions): RoutesOptions {
  knownOptions(ROUTES.name, options, OPTIONS);
  for (const name of ['connect', 'refresh'] as const) {
    if (options[name] === undefined || typeof options[name] === 'function') continue;
    throw invalid(`${name} is a function`);
  }
  const { path = '/' } = options;
  if (typeof path !== 'string' || !path.startsWith('/')) throw invalid('path begins with /');
  return options;
}

/** What the routes tell of themselves (CL4). */
function mountOf(
  base: string,
  { hub, limits }: Admission,
  { allowedOrigins = [] }: RelayOptions,
): Mount {
  return {
    endpoints: [
      { path: base || '/', kind: 'main' },
      { path: `${base}/:channel`, kind: 'channel' },
    ],
    limits,
    origins: typeof allowedOrigins === 'string' ? allowedOrigins.split(',') : allowedOrigins,
    drops: () => hub.counters.stats(hub.count).drops as Readonly<Record<string, number>>,
  };
}

const invalid = (text: string): ProcessError =>
  new ProcessError('Invalid', `${ROUTES.name}: ${text}`);

function decline(response: Response, { status, body = '' }: Declined): void {
  response.status(status).type('text/plain').send(body);
}

/** A name that is no percent-encoding is the client's fault, and no line of the log. */
const malformed: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof URIError) decline(response, { status: 400, body: 'Invalid channel' });
  else next(error);
};
