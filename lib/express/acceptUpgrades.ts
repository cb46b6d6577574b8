import type { IncomingMessage, Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import { knownOptions, ProcessError } from '../core/index.js';
import { type Claim, readClaim } from './claim.js';
import { listenForUpgrades } from './listenForUpgrades.js';

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
  if (typeof server?.on !== 'function') {
    throw new ProcessError('Invalid', 'acceptUpgrades: give the server that app.listen returns');
  }
  knownOptions('acceptUpgrades', options, { claim: true });
  const { claim } = options;
  const mine = { claim: claim === undefined ? undefined : readClaim(claim) };
  // Towards clients of HTTP/1.1, one of HTTP/2 emits what any server does.
  const http = server as Server;
  const entry = entries.get(http) ?? listen(http);
  entry.claims.add(mine);
  return () => {
    // Only once: the server may have a new entry by then.
    if (!entry.claims.delete(mine) || entry.claims.size > 0) return;
    entry.remove();
    entries.delete(http);
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

/** What is ours on one server: the claim of each call, and how to take the listeners off. */
interface Entry {
  /** `undefined`: a call without a claim. */
  readonly claims: Set<{ readonly claim: Claim | undefined }>;
  readonly remove: () => void;
}

const entries = new WeakMap<Server, Entry>();

function listen(server: Server): Entry {
  const claims: Entry['claims'] = new Set();
  const entry = { claims, remove: listenForUpgrades(server, claims) };
  entries.set(server, entry);
  return entry;
}
