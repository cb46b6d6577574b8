import {
  createWebSocketManager,
  type ManagerOptions,
  type WebSocketManager,
} from '../../lib/channels/index.js';
import { insideOf } from '../../lib/core/index.js';
import { type Relay, type RoutesOptions, websocketRoutes } from '../../lib/express/index.js';
import { type Client, type Running, type Serve, serve } from './support.js';

/** An application with the routes of a manager, on a free port. */
export interface Routed extends Running {
  readonly manager: WebSocketManager;
  readonly routes: Relay;
}

/** Starts one; `serve` may have middleware before the routes. */
export async function serveRoutes(
  options: RoutesOptions = {},
  made: ManagerOptions & { readonly serve?: Serve } = {},
): Promise<Routed> {
  const { serve: more = {}, ...managing } = made;
  let rest!: Pick<Routed, 'manager' | 'routes'>;
  const running = await serve({
    ...more,
    mount: false,
    routes: (app, { system }) => {
      const manager = createWebSocketManager(system, managing);
      const routes = websocketRoutes(manager, options);
      app.use(routes);
      rest = { manager, routes };
    },
  });
  return { ...running, ...rest };
}

/** What a manager holds of clients that have not gone. */
export const held = ({ manager, routes }: Pick<Routed, 'manager' | 'routes'>): number[] => {
  const { arrivals, broker } = manager[insideOf];
  return [broker.members.size, broker.departures.size, arrivals.size, routes.count];
};

/** The next frame of a client as a value, its time left out. */
export async function read(client: Client): Promise<Record<string, unknown>> {
  const { timestamp, ...frame } = JSON.parse(String(await client.next()));
  return frame;
}

/** Sends a command and reads the answer. */
export function command(client: Client, name: string, fields: object = {}) {
  client.socket.send(JSON.stringify({ type: 'system', payload: { command: name, ...fields } }));
  return read(client);
}
