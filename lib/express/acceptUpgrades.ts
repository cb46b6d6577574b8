import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import { knownOptions } from '../core/index.js';
import { checkServer, claimUpgrades } from '../upgrade/index.js';
import { guard } from './guard.js';
import { Handshake } from './handshake.js';
import { UpgradeResponse } from './upgradeResponse.js';

/**
 * Runs a server's upgrade requests through its application, so that middleware, sessions and error
 * handlers apply to them, and lets a handler answer with a relay (H12). Also keeps the relay header
 * from every other response of the server (H1). One listener per server, however often it is called.
 *
 * A request that offers an upgrade to anything but WebSocket, as Java's clients do with `h2c`, is a
 * plain request from then on, for every listener of the server (Q5). An upgrade request that is not
 * claimed is left to the server's other upgrade listeners; where there is none, it is answered 404, or
 * it would stay open for ever. engine.io ends sockets that it does not know: give it
 * `destroyUpgrade: false`.
 *
 * @param server of HTTP or HTTPS, or of HTTP/2 with `allowHTTP1: true`: WebSockets come by HTTP/1.1
 * @returns what takes it back; upgrades under way are not disturbed
 * @throws ProcessError `Invalid`: no server, an unknown option, or a claim that is neither a path
 * nor a function.
 * @example acceptUpgrades(app.listen(3000), { claim: '/ws' });
 */
export function acceptUpgrades(
  server: Server | Http2SecureServer,
  options: AcceptOptions = {},
): () => void {
  checkServer(
    'acceptUpgrades',
    server,
    'give the server that app.listen returns, not the application',
  );
  knownOptions('acceptUpgrades', options, { claim: true });
  const unclaim = claimUpgrades(server, options.claim, runHandshake);
  const calls = guardedServers.get(server) ?? new Set();
  if (calls.size === 0) {
    // Innermost: before any middleware wraps the same methods.
    (server as Server).prependListener('request', guardPlain);
    guardedServers.set(server, calls);
  }
  calls.add(unclaim);
  return () => {
    unclaim();
    if (calls.delete(unclaim) && calls.size === 0) server.off('request', guardPlain);
  };
}

/** Options of `acceptUpgrades`. */
export interface AcceptOptions {
  /**
   * Which upgrade requests are the application's: those under a path (`'/ws'`: itself and below,
   * whatever the case, as Express routes it), or those that a function accepts. Default: all, as long
   * as nobody else listens for upgrades.
   */
  readonly claim?: string | ((request: IncomingMessage) => boolean);
}

/** The servers whose plain requests are guarded, each with the calls that ask for it. */
const guardedServers = new WeakMap<object, Set<() => void>>();

function guardPlain(request: IncomingMessage, response: ServerResponse): void {
  if (UpgradeResponse.upgradeOf(response) === undefined) guard(request, response);
}

function runHandshake(request: IncomingMessage, head: Buffer, server: Server): void {
  new Handshake(request, head).run(server);
}
