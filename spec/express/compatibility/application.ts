import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import morgan from 'morgan';
import { map } from 'rxjs';
import { acceptUpgrades, setRelay, websocketRelay, ws } from '../../../lib/express/index.js';
import { type Behavior, createSystem, ofTopic, send } from '../../../lib/index.js';
import type { Kit } from './kits.js';

/**
 * An application with a kit, on a free port. `/ws/yes` answers an upgrade with a process that says what the kit
 * knows, and a plain request with the same; `/ws/no` refuses both. Each request is a line of `log`.
 */
export async function application(kit: Kit, log: (line: string) => void): Promise<Application> {
  const system = createSystem({ logger: false });
  const app = express();
  app.set('env', 'test'); // Express logs no errors there
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  app.use(morgan(':method :url :status', { stream: { write: (line) => log(line.trim()) } }));
  await kit.use(app, `http://127.0.0.1:${port}`);
  const relay = websocketRelay(system, { allowedOrigins: 'https://app.example' });
  app.use('/ws', relay);
  app.get('/ws/no', (_req, res) => void res.status(403).send('no'));
  app.get('/ws/yes', (req, res) => {
    const known = kit.knows?.(req);
    if (kit.stranger !== undefined && known === undefined) return void res.sendStatus(kit.stranger);
    if (req.headers.upgrade === undefined) return void res.json({ known });
    setRelay(res, { target: teller, metadata: { known: known as string } }).end();
  });
  acceptUpgrades(server, { claim: '/ws' });
  const close = async (): Promise<void> => {
    server.close();
    await relay.shutdown();
    await system.shutdown();
    server.closeAllConnections();
  };
  return { app, server, port, close };
}

export interface Application {
  readonly app: Express;
  readonly server: Server;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Tells a client what is known of it. */
const teller: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join),
    map(({ payload: { client_pid, metadata } }) =>
      send(client_pid, ws.send, { data: JSON.stringify(metadata) }),
    ),
  );
