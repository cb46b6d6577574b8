import { once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import express from 'express';
import {
  acceptUpgrades,
  type RelayFields,
  type RelayTarget,
  setRelay,
  websocketRelay,
} from '../../lib/express/index.js';
import { relayUpgrades } from '../../lib/http/index.js';
import { type Behavior, createSystem, type System, type SystemOptions } from '../../lib/index.js';
import type { Relay, RelayOptions } from '../../lib/upgrade/index.js';
import { certificate } from '../express/certificate.js';
import { deferred, onCleanup, Raw, type Warning, within } from '../express/support.js';

/** Both doors, by TCP and by TLS. */
export const DOORS = [
  { door: 'express', tls: false },
  { door: 'express', tls: true },
  { door: 'http', tls: false },
  { door: 'http', tls: true },
] as const;

export interface At {
  readonly door: 'express' | 'http';
  readonly tls: boolean;
}

/** What a handler of either door answers: a relay, or a status. */
export interface Reply extends Partial<RelayFields> {
  readonly target?: Behavior;
  /** The subprotocol of a relay. */
  readonly protocol?: string;
  readonly status?: number;
  readonly body?: string;
}

/** A server by one of the doors; each handshake's handler answers what `reply` gives, whenever it does. */
export async function serveAt(
  { door, tls }: At,
  reply: (path: string) => Reply | Promise<Reply>,
  options: RelayOptions = {},
  systemOptions: SystemOptions = {},
) {
  const system = createSystem({ logger: false, ...systemOptions });
  const warnings: Warning[] = [];
  system.events$.subscribe((event) => void (event.type === 'warning' && warnings.push(event)));
  const create = (app?: Parameters<typeof createHttp>[1]): Server =>
    tls ? createHttps(certificate('localhost'), app) : createHttp(app);
  const { server, relay } = (door === 'http' ? serveHttp : serveExpress)(
    create as typeof createHttp,
    system,
    reply,
    options,
  );
  const sockets: Socket[] = [];
  const arrived = deferred<Socket>();
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.push(socket);
    arrived.resolve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onCleanup(async () => {
    await relay.shutdown();
    await system.shutdown();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  /** The server's end of the first connection. */
  const first = () => within(arrived.promise, 'a connection');
  const connect = (): Raw =>
    tls
      ? new Raw(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }))
      : new Raw(port);
  return { port, system, relay, warnings, connect, first };
}

type Make = (
  create: typeof createHttp,
  system: System,
  reply: (path: string) => Reply | Promise<Reply>,
  options: RelayOptions,
) => { server: Server; relay: Relay };

const serveExpress: Make = (create, system, reply, options) => {
  const app = express();
  app.set('env', 'test');
  const server = create(app as never);
  const relay = websocketRelay(system, options);
  app.use(relay, async (req, res) => {
    const { status, body, protocol, ...relay } = await reply(req.path);
    if (status !== undefined) return void res.status(status).end(body);
    if (protocol) res.setHeader('Sec-WebSocket-Protocol', protocol);
    setRelay(res, relay as RelayTarget).end();
  });
  acceptUpgrades(server);
  return { server, relay };
};

const serveHttp: Make = (create, system, reply, options) => {
  const server = create();
  const handler = async ({ url = '' }): Promise<object> => {
    const { status, body, protocol, ...relay } = await reply(url.replace(/\?.*/, ''));
    if (status !== undefined) return { status, body };
    return { ...relay, ...(protocol && { headers: { 'Sec-WebSocket-Protocol': protocol } }) };
  };
  return { server, relay: relayUpgrades(server, system, handler as never, options) };
};
