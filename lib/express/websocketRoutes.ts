import { type Request, type Response, Router } from 'express';
import type { ConnectAnswer, Connection, WebSocketManager } from '../channels/index.js';
import type { insideOf, Known } from '../core/index.js';
import type { GivenMetadata } from '../protocol/index.js';
import {
  Admission,
  asRelay,
  RELAY_OPTIONS,
  type Relay,
  type RelayOptions as SharedOptions,
} from '../upgrade/index.js';
import { decline, malformed, mountOf, readRoutes, warnDoubled } from './readRoutes.js';
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
  const inside = readRoutes(ROUTES.name, manager, options, OPTIONS);
  const { path = '/ws', connect, refresh, ...relayOptions } = options;
  const admission = new Admission(inside.system, relayOptions as SharedOptions, ROUTES);
  const base = path.replace(/\/$/, '');
  const router = Router({ strict: true });
  router.use(warnDoubled(ROUTES.name, base, admission));
  router.use(path, relayHandler(admission));
  router.get([base || '/', `${base}/:channel`], answer);
  router.use(path, malformed);
  const endpoints = [
    { path: base || '/', kind: 'main' },
    { path: `${base}/:channel`, kind: 'channel' },
  ] as const;
  inside.mounts.push(mountOf(endpoints, admission, relayOptions));
  return asRelay(router, admission);

  function answer(request: Request, response: Response): void {
    const isUpgrade = UpgradeResponse.upgradeOf(response) !== undefined;
    // A plain request is told to upgrade; nobody is asked who it is, unless it asks itself what would become of it (CC8).
    const protocols = request.get(isUpgrade ? 'sec-websocket-protocol' : WHY);
    const isAsked = isUpgrade || protocols !== undefined;
    if (!isAsked) return void setRelay(response, { target_pid: manager.pid }).end();
    // It may have left while middleware was asked.
    if (response.destroyed) return;
    const asked = {
      protocols,
      channel: request.params.channel as string | undefined,
      known: { address: request.ip, userAgent: request.get('user-agent') },
      maxPayload: admission.limits.maxPayload,
      connect: connect && ((offered: { readonly token?: string }) => connect(request, offered)),
      refresh,
    };
    ask(inside, asked, response);
  }
}

/**
 * By this header a client that was refused, and as a page was told nothing but 1006, offers its subprotocols in a plain
 * request: it gets the status of the refusal, or 426 where there is none.
 */
const WHY = 'X-WS-Protocols';

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
