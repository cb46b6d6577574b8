import type { IncomingMessage, Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import { knownOptions, ProcessError } from '../core/index.js';
import type { GivenMetadata } from '../protocol/index.js';
import type { System } from '../runtime/index.js';
import {
  Admission,
  asRelay,
  checkServer,
  checkSystem,
  claimUpgrades,
  type Door,
  RELAY_OPTIONS,
  type Relay,
  type RelayOptions,
} from '../upgrade/index.js';
import { Handshake } from './handshake.js';
import type { UpgradeHandler } from './readAnswer.js';

/**
 * A relay on a server of Node, without Express (H13): `handler` answers each WebSocket handshake with a
 * process, as `setRelay` does, or with a refusal. For plain `http`, and for Fastify, Koa and Hono, whose
 * servers these are too.
 *
 * What a client may do, the limits, the clocks and the refusals are those of `websocketRelay`. A handler
 * that throws, or answers what is neither, is a 500 and a warning event; `undefined` is a 404.
 *
 * @param server of HTTP or HTTPS, or of HTTP/2 with `allowHTTP1: true`
 * @param system whose processes are the targets
 * @throws ProcessError `Invalid`: no server, no system, no handler, an option, by its name, or a server all of whose
 * upgrades are taken already.
 * @example relayUpgrades(server, system, (request) => ({ target: echo }));
 */
export function relayUpgrades<M extends GivenMetadata = GivenMetadata>(
  server: Server | Http2SecureServer,
  system: System,
  handler: UpgradeHandler<M>,
  options: RelayUpgradesOptions = {},
): UpgradeRelay {
  checkServer(DOOR.name, server, 'give a server of Node, fastify.server say');
  checkSystem(DOOR.name, system);
  if (typeof handler !== 'function') {
    throw new ProcessError('Invalid', 'relayUpgrades: give a handler, (request) => ({ target })');
  }
  knownOptions(DOOR.name, options, { ...RELAY_OPTIONS, claim: true });
  const { claim, ...shared } = options;
  // First, because a relay that nothing leads to would stay with its system.
  const stopListening = claimUpgrades(server, claim, (request, head) =>
    new Handshake(admission, request, head).run(handler as UpgradeHandler),
  );
  const admission = admissionOr(stopListening, () => new Admission(system, shared, DOOR));
  return asRelay({ stopListening }, admission);
}

function admissionOr(undo: () => void, make: () => Admission): Admission {
  try {
    return make();
  } catch (error) {
    undo();
    throw error;
  }
}

/** Options of `relayUpgrades`: those of every relay, and which requests it takes. */
export interface RelayUpgradesOptions extends RelayOptions {
  /**
   * Which upgrade requests are for the handler: those under a path (`'/ws'`: itself and below, whatever the
   * case), or those that a function accepts. Default: all, as long as nobody else listens for upgrades.
   */
  readonly claim?: string | ((request: IncomingMessage) => boolean);
}

/** A relay on a server. */
export interface UpgradeRelay extends Relay {
  /** Takes its listener off the server; connections, and handshakes under way, go on. */
  stopListening(): void;
}

/** Without Express nobody knows which proxies to trust, so the pages have to be named. */
const DOOR: Door = {
  name: 'relayUpgrades',
  originAdvice: {
    host: 'set allowedOrigins, or have the proxy pass the Host header on, with its port',
    https: 'where TLS ends at a proxy, set allowedOrigins to the origin of its pages',
    http: 'load the page by https, or set allowedOrigins',
  },
};
