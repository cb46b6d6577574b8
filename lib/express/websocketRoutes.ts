import { type Request, type Response, Router } from 'express';
import {
  type Admitted,
  type Declined,
  handshake,
  type Inside,
  insideOf,
  type Outcome,
  refuseVersion,
  type WebSocketManager,
} from '../channels/index.js';
import { ProcessError } from '../core/index.js';
import {
  admissionOf,
  asRelay,
  type Inside as InsideOfRelay,
  type Relay,
} from '../upgrade/index.js';
import { setRelay } from './setRelay.js';
import { UpgradeResponse } from './upgradeResponse.js';
import { type RelayOptions, websocketRelay } from './websocketRelay.js';

/**
 * The routes of a manager: a client that connects to `/ws` is welcomed, one that connects to `/ws/<channel>` is in
 * that channel first (B4). They stand on a relay with its origin policy, limits and refusals, which these
 * options and methods are.
 *
 * @param options `connect`: who a client is, or why it may not connect (B14); `path`: default `/ws`; those of `websocketRelay`
 * @throws ProcessError `Invalid` for what is no manager, or an option, by its name.
 * @example app.use(websocketRoutes(manager, { connect: (req) => ({ identity: req.session.user }) }));
 */
export function websocketRoutes(
  manager: WebSocketManager,
  options: RoutesOptions = {},
): Router & Relay {
  const inside = manager?.[insideOf];
  if (inside === undefined) {
    const text = 'websocketRoutes: give a manager, from createWebSocketManager(system)';
    throw new ProcessError('Invalid', text);
  }
  const { connect, path = '/ws', ...relayOptions } = options;
  if (connect !== undefined && typeof connect !== 'function') {
    throw new ProcessError('Invalid', 'websocketRoutes: connect is a function');
  }
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new ProcessError('Invalid', 'websocketRoutes: path begins with /');
  }
  const relay = websocketRelay(inside.system, relayOptions);
  const { maxPayload = DEFAULT_MAX_PAYLOAD } = relayOptions;
  const answer = async (request: Request, response: Response): Promise<void> => {
    if (UpgradeResponse.upgradeOf(response) === undefined) {
      // A plain request is told to upgrade; nobody is asked who it is.
      setRelay(response, { target_pid: manager.pid }).end();
      return;
    }
    const outcome = await handshake(inside, {
      protocols: request.headers['sec-websocket-protocol'],
      channel: request.params.channel as string | undefined,
      known: { address: request.ip, userAgent: request.get('user-agent') },
      maxPayload,
      connect: connect && ((offered) => connect(request, offered)),
    });
    finish(inside, manager, outcome, response);
  };
  const router = Router();
  const base = path === '/' ? '' : path.replace(/\/$/, '');
  router.use(path, relay);
  router.get(base === '' ? '/' : base, answer);
  router.get(`${base}/:channel`, answer);
  return asRelay(router, (relay as Relay as Relay & InsideOfRelay)[admissionOf]);
}

/** Who may connect, and the options of the relay. */
export interface RoutesOptions extends RelayOptions {
  /**
   * Says who a client is, or why it may not connect (B14), by Express's request and the token that it has offered (CP3);
   * it may be async, for 5 s. Default: everybody may, and nobody is known.
   */
  readonly connect?:
    | ((
        request: Request,
        offered: { readonly token?: string },
      ) => Admitted | Declined | Promise<Admitted | Declined>)
    | undefined;
  /** Default `/ws`. */
  readonly path?: string | undefined;
}

const DEFAULT_MAX_PAYLOAD = 1024 * 1024;

function finish(
  { arrivals }: Inside,
  manager: WebSocketManager,
  outcome: Outcome,
  response: Response,
): void {
  if ('status' in outcome) {
    response
      .status(outcome.status)
      .type('text/plain')
      .send(outcome.body ?? '');
    return;
  }
  if ('version' in outcome) {
    response.setHeader('Sec-WebSocket-Protocol', outcome.version);
    setRelay(response, { target: refuseVersion }).end();
    return;
  }
  const { connection, expiresIn } = outcome.expected;
  // Also where the client has gone meanwhile, or is refused.
  if (response.destroyed || response.writableEnded) return arrivals.forget(connection.id);
  response.once('close', () => arrivals.forget(connection.id));
  if (outcome.selected !== undefined) {
    response.setHeader('Sec-WebSocket-Protocol', outcome.selected);
  }
  const { identity } = connection;
  setRelay(response, {
    target_pid: manager.pid,
    metadata: { id: connection.id, ...(identity !== undefined && { identity }) },
    ...(expiresIn !== undefined && { expires_at: Date.now() + expiresIn }),
  }).end();
}
