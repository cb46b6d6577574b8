import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import {
  ConfigError,
  type LoadOptions,
  loadRouters,
  type Routers,
} from '../../lib/config/index.js';
import { acceptUpgrades } from '../../lib/express/index.js';
import { createSystem, type System } from '../../lib/index.js';
import { onCleanup } from '../express/support.js';

/** The router of the pages, as printed there. */
export const PRINTED = `- name: ws_router
  kind: http.router
  meta:
    server: gateway
  prefix: /ws
  post_middleware:
    - websocket_relay
  post_options:
    wsrelay.allowed.origins: "https://app.example.com"
`;

/** The same with an endpoint. */
export const withEndpoint = (path: string, func: string): string => `${PRINTED}
- name: endpoint
  kind: http.endpoint
  meta: { router: ws_router }
  path: ${path}
  func: ${func}
`;

/** A running server whose routers come from a configuration. */
export interface Loaded {
  readonly app: Express;
  readonly port: number;
  readonly system: System;
  readonly routers: Routers;
}

/** Listens with an application on a free port, until the end of the test. */
export async function listen(app: Express, system: System): Promise<number> {
  app.set('env', 'test'); // Express logs no errors there
  const server: Server = createServer(app);
  acceptUpgrades(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(async () => {
    await system.shutdown();
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Loads routers on an application that is named `gateway`, and listens with it. */
export async function load(
  text: string,
  { define, ...options }: Partial<LoadOptions> & { define?: (system: System) => void } = {},
): Promise<Loaded> {
  const system = createSystem({ logger: false });
  define?.(system);
  const app = express();
  const routers = loadRouters(text, { system, servers: { gateway: app }, ...options });
  return { app, port: await listen(app, system), system, routers };
}

/** What is wrong with a text, and how many routers were mounted all the same. */
export function refused(text: string, options: Partial<LoadOptions> = {}): ConfigError {
  const mounted: unknown[] = [];
  const server = Object.assign(express(), { use: (...args: unknown[]) => mounted.push(args) });
  const system = options.system ?? createSystem({ logger: false });
  try {
    loadRouters(text, { system, servers: { gateway: server }, ...options });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (mounted.length > 0) throw new Error('something is mounted');
    return error;
  }
  throw new Error('it was loaded');
}
