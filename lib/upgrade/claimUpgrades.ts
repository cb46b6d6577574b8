import type { IncomingMessage, Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Duplex } from 'node:stream';
import { ProcessError } from '../core/index.js';
import { warnProcess } from '../runtime/index.js';
import { type Claim, readClaim } from './claim.js';
import { filterUpgrades } from './filterUpgrades.js';
import { headProblem } from './headProblem.js';
import { refusals, writeRefusal } from './refusal.js';

/**
 * Has a server's WebSocket handshakes that a claim accepts served by `serve` (Q5). All claims of a server
 * share one listener. A handshake that nobody claims is left to the server's other listeners; where there
 * is none, it is answered 404. An upgrade to anything but WebSocket is a plain request.
 *
 * @param claim `undefined`: every handshake, as long as nobody else listens for upgrades
 * @returns what takes the claim back; calls beyond the first do nothing
 * @throws ProcessError `Invalid`: no server, a claim that is neither a path nor a function, or a second
 * `serve` for every handshake.
 */
export function claimUpgrades(
  server: Server | Http2SecureServer,
  claim: string | Claim | undefined,
  serve: Serve,
): () => void {
  // Towards clients of HTTP/1.1, one of HTTP/2 emits what any server does.
  const http = server as Server;
  const mine = { claim: claim === undefined ? undefined : readClaim(claim), serve };
  const entry = entries.get(http) ?? listen(http);
  if (mine.claim === undefined && [...entry.claims].some((each) => isRival(each, serve))) {
    throw new ProcessError('Invalid', `all upgrades of this server are taken already; ${HINT}`);
  }
  entry.claims.add(mine);
  return () => {
    // Only once: the server may have a new entry by then.
    if (!entry.claims.delete(mine) || entry.claims.size > 0) return;
    entry.remove();
    entries.delete(http);
  };
}

/** Serves a handshake: the socket is the request's, and `head` is what came after the request. */
export type Serve = (request: IncomingMessage, head: Buffer, server: Server) => void;

/** One claim on a server. */
interface Claimed {
  readonly claim: Claim | undefined;
  readonly serve: Serve;
}

/** What is ours on one server: the claims, and how to take the listener off. */
interface Entry {
  readonly claims: Set<Claimed>;
  readonly remove: () => void;
}

const entries = new WeakMap<Server, Entry>();

const HINT = "say which requests are yours: { claim: '/ws' }";

/** Whether somebody else serves every handshake. */
const isRival = (other: Claimed, serve: Serve): boolean =>
  other.claim === undefined && other.serve !== serve;

function listen(server: Server): Entry {
  const claims: Entry['claims'] = new Set();
  const findServe = finder(server, claims);
  const onUpgrade = (request: IncomingMessage, _stream: Duplex, head: Buffer): void => {
    // Not the stream: Node 26 hands over another one where it has not read the body yet.
    const { socket } = request;
    const serve = findServe(request);
    if (serve === undefined && server.listenerCount('upgrade') > 1) return;
    const refusal = serve ? headProblem(request, server) : refusals.unclaimed;
    if (refusal) writeRefusal(socket, refusal, request.method);
    else if (isBusy(socket)) socket.destroy();
    else serve?.(request, head, server);
  };
  server.on('upgrade', onUpgrade);
  const stopFiltering = filterUpgrades(server);
  const remove = (): void => {
    stopFiltering();
    server.off('upgrade', onUpgrade);
  };
  const entry = { claims, remove };
  entries.set(server, entry);
  return entry;
}

/** A pipelined request behind a response that is not out yet: two writers on one socket. */
function isBusy(socket: IncomingMessage['socket']): boolean {
  return Boolean((socket as { _httpMessage?: unknown })._httpMessage);
}

/** Finds who serves a request: a claim of its own comes before one of everything. */
function finder(
  server: Server,
  claims: Entry['claims'],
): (request: IncomingMessage) => Serve | undefined {
  let isWarned = false;
  return (request) => {
    let serveAll: Serve | undefined;
    for (const { claim, serve } of claims) {
      if (claim === undefined) serveAll = serve;
      else if (claim(request)) return serve;
    }
    if (serveAll === undefined || server.listenerCount('upgrade') === 1) return serveAll;
    if (!isWarned) warnUnclaimed();
    isWarned = true;
    return undefined;
  };
}

function warnUnclaimed(): void {
  const problem = 'another library listens for upgrades on this server';
  warnProcess('UPGRADE_UNCLAIMED', `${problem}; ${HINT}`);
}
