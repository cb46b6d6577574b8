import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ProcessError } from '../core/index.js';
import { ignore } from './gate.js';
import { guard } from './guard.js';
import { Handshake } from './handshake.js';
import { refusals, writeRefusal } from './refusal.js';
import { pathOf } from './upgradeRequest.js';
import { UpgradeResponse } from './upgradeResponse.js';
import { warnProcess } from './warning.js';

/** Options of `acceptUpgrades`. */
export interface AcceptOptions {
  /**
   * Which upgrade requests are the application's: those under a path (`'/ws'`: itself and below), or
   * those that a function accepts. Default: all, as long as nobody else listens for upgrades.
   */
  readonly claim?: string | ((request: IncomingMessage) => boolean);
}

type Claim = (request: IncomingMessage) => boolean;

/** What is ours on one server: the claims of each call, and how to take the listeners off. */
interface Entry {
  /** `undefined`: a call without a claim. */
  readonly claims: Set<{ readonly claim: Claim | undefined }>;
  readonly remove: () => void;
  /** Whether the warning about a second listener was given. */
  warned: boolean;
}

const entries = new WeakMap<Server, Entry>();

/**
 * Runs a server's upgrade requests through its application, so that middleware, sessions and error
 * handlers apply to them, and lets a handler answer with a relay (H12). Also keeps the relay header
 * from every other response of the server (H1). One listener per server, however often it is called.
 *
 * A request that is not claimed is left to the server's other upgrade listeners (Q5); where there is
 * none, it is answered 404, or it would stay open for ever. engine.io ends sockets that it does not
 * know: give it `destroyUpgrade: false`.
 *
 * @returns what takes it back; upgrades under way are not disturbed
 * @throws ProcessError `Invalid`: no server, or a claim that is neither a path nor a function.
 * @example acceptUpgrades(app.listen(3000), { claim: '/ws' });
 */
export function acceptUpgrades(server: Server, { claim }: AcceptOptions = {}): () => void {
  if (typeof server?.on !== 'function') {
    throw new ProcessError('Invalid', 'acceptUpgrades: give the server that app.listen returns');
  }
  const mine = { claim: claim === undefined ? undefined : toClaim(claim) };
  const entry = entries.get(server) ?? listen(server);
  entry.claims.add(mine);
  return () => {
    // Only once: the server may have a new entry by then.
    if (!entry.claims.delete(mine) || entry.claims.size > 0) return;
    entry.remove();
    entries.delete(server);
  };
}

function toClaim(claim: string | Claim): Claim {
  if (typeof claim === 'function') return claim;
  if (typeof claim !== 'string' || !claim.startsWith('/')) {
    throw new ProcessError('Invalid', "claim: give a path that begins with '/', or a function");
  }
  const prefix = claim.replace(/\/+$/, '');
  return (request) => {
    const path = pathOf(request);
    return path === prefix || path.startsWith(`${prefix}/`);
  };
}

function listen(server: Server): Entry {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (UpgradeResponse.upgradeOf(response) === undefined) guard(request, response);
  };
  const onUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    const ours = isOurs(server, entry, request);
    if (!ours && server.listenerCount('upgrade') > 1) return;
    if (ours && !isBusy(socket)) return new Handshake(request, socket, head).run(server);
    socket.on('error', ignore);
    if (ours) socket.destroy();
    else writeRefusal(socket, refusals.unclaimed);
  };
  // Innermost: before any middleware wraps the same methods.
  server.prependListener('request', onRequest).on('upgrade', onUpgrade);
  const remove = (): void => {
    server.off('request', onRequest).off('upgrade', onUpgrade);
  };
  const entry: Entry = { claims: new Set(), remove, warned: false };
  entries.set(server, entry);
  return entry;
}

/** A pipelined request behind a response that is not out yet: two writers on one socket. */
function isBusy(socket: Socket): boolean {
  return Boolean((socket as { _httpMessage?: unknown })._httpMessage);
}

function isOurs(server: Server, entry: Entry, request: IncomingMessage): boolean {
  const claims = [...entry.claims].map(({ claim }) => claim);
  if (claims.some((claim) => claim !== undefined && accepts(claim, request))) return true;
  if (!claims.includes(undefined)) return false;
  if (server.listenerCount('upgrade') === 1) return true;
  if (!entry.warned) {
    entry.warned = true;
    const hint = "say which requests are yours: acceptUpgrades(server, { claim: '/ws' })";
    warnProcess(
      'UPGRADE_UNCLAIMED',
      `another library listens for upgrades on this server; ${hint}`,
    );
  }
  return false;
}

/** A claim that throws claims nothing, and takes no process down. */
function accepts(claim: Claim, request: IncomingMessage): boolean {
  try {
    return claim(request);
  } catch (error) {
    warnProcess('UPGRADE_CLAIM_FAILED', `the claim of acceptUpgrades threw: ${error}`);
    return false;
  }
}
