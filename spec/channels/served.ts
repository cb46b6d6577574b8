import {
  createWebSocketManager,
  type ManagerOptions,
  type WebSocketManager,
} from '../../lib/channels/index.js';
import { type RoutesOptions, websocketRoutes } from '../../lib/express/index.js';
import { type Client, open, type Running, type Serve, serve } from '../express/support.js';

/** An application with the routes of a manager, on a free port. */
export interface ServedChannels extends Running {
  readonly manager: WebSocketManager;
}

export async function serveChannels(
  options: ManagerOptions & RoutesOptions & Pick<Serve, 'before'> = {},
): Promise<ServedChannels> {
  const { before, channels, implicitChannels, limits, name, ...routes } = options;
  let manager: WebSocketManager | undefined;
  const running = await serve({
    mount: false,
    ...(before && { before }),
    routes: (app, { system }) => {
      manager = createWebSocketManager(system, { channels, implicitChannels, limits, name });
      app.use(websocketRoutes(manager, routes));
    },
  });
  return { ...running, manager: manager as WebSocketManager };
}

/** Connects a client, and reads its welcome. */
export async function welcomed(port: number, path = '/ws'): Promise<Client> {
  const client = await open(port, path);
  await client.next();
  return client;
}

/** The next frame of a client: its payload, or else its type. */
export async function heard(client: Client): Promise<unknown> {
  const { payload, type } = JSON.parse(String(await client.next()));
  return payload ?? type;
}
