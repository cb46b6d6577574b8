import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type RelayUpgradesOptions,
  relayUpgrades,
  type UpgradeHandler,
  type UpgradeRelay,
} from '../../lib/http/index.js';
import { createSystem, type System } from '../../lib/index.js';
import { onCleanup, type Warning } from '../express/support.js';

export interface Door {
  readonly server: Server;
  readonly port: number;
  readonly system: System;
  readonly relay: UpgradeRelay;
  readonly warnings: readonly Warning[];
}

/** A system whose warnings are kept. */
export function watchedSystem(): { system: System; warnings: Warning[] } {
  const system = createSystem({ logger: false });
  const warnings: Warning[] = [];
  system.events$.subscribe((event) => {
    if (event.type === 'warning') warnings.push(event);
  });
  onCleanup(() => system.shutdown());
  return { system, warnings };
}

/** Listens on a free port until the end of the test. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A plain server of Node whose handshakes go to a handler. */
export async function door(
  handler: UpgradeHandler,
  options: RelayUpgradesOptions = {},
): Promise<Door> {
  const { system, warnings } = watchedSystem();
  const server = createServer((_request, response) => response.end('plain'));
  const relay = relayUpgrades(server, system, handler, options);
  const port = await listen(server);
  onCleanup(() => relay.shutdown());
  return { server, port, system, relay, warnings };
}
