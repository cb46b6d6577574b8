import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Claim } from './claim.js';
import { filterUpgrades } from './filterUpgrades.js';
import { guard } from './guard.js';
import { Handshake } from './handshake.js';
import { headProblem } from './headProblem.js';
import { refusals, writeRefusal } from './refusal.js';
import { UpgradeResponse } from './upgradeResponse.js';
import { warnProcess } from './warnProcess.js';

/**
 * Listens on a server: upgrade requests that are claimed go through its application, plain requests
 * through the guard, and an upgrade to anything but WebSocket is a plain request (Q5).
 *
 * @returns what takes the listeners off
 */
export function listenForUpgrades(server: Server, claims: Claims): () => void {
  const isClaimed = claimed(server, claims);
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (UpgradeResponse.upgradeOf(response) === undefined) guard(request, response);
  };
  // The socket is the request's: Node 26 hands over a stream where it has not read the body yet.
  const onUpgrade = (request: IncomingMessage, _stream: Duplex, head: Buffer): void => {
    const { socket } = request;
    const isOurs = isClaimed(request);
    if (!isOurs && server.listenerCount('upgrade') > 1) return;
    const refusal = isOurs ? headProblem(request, server) : refusals.unclaimed;
    if (!refusal && !isBusy(socket)) return new Handshake(request, socket, head).run(server);
    if (refusal) writeRefusal(socket, refusal);
    else socket.destroy();
  };
  // Innermost: before any middleware wraps the same methods.
  server.prependListener('request', onRequest).on('upgrade', onUpgrade);
  const stopFiltering = filterUpgrades(server);
  return () => {
    stopFiltering();
    server.off('request', onRequest).off('upgrade', onUpgrade);
  };
}

/** The claims of one server; `undefined` is a call of `acceptUpgrades` without one. */
export type Claims = ReadonlySet<{ readonly claim: Claim | undefined }>;

/** A pipelined request behind a response that is not out yet: two writers on one socket. */
function isBusy(socket: IncomingMessage['socket']): boolean {
  return Boolean((socket as { _httpMessage?: unknown })._httpMessage);
}

function claimed(server: Server, claims: Claims): Claim {
  let isWarned = false;
  return (request) => {
    let isAll = false;
    for (const { claim } of claims) {
      if (claim === undefined) isAll = true;
      else if (claim(request)) return true;
    }
    if (!isAll || server.listenerCount('upgrade') === 1) return isAll;
    if (!isWarned) warnUnclaimed();
    isWarned = true;
    return false;
  };
}

function warnUnclaimed(): void {
  const hint = "say which requests are yours: acceptUpgrades(server, { claim: '/ws' })";
  const problem = 'another library listens for upgrades on this server';
  warnProcess('UPGRADE_UNCLAIMED', `${problem}; ${hint}`);
}
