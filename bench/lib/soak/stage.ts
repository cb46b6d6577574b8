import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { mergeMap } from 'rxjs';
import {
  acceptUpgrades,
  type Relay,
  setRelay,
  websocketRelay,
  ws,
} from '../../../lib/express/index.js';
import {
  type Behavior,
  type Command,
  createSystem,
  exit,
  is,
  type Message,
  type Pid,
  type System,
  send,
  supervise,
} from '../../../lib/index.js';
import { Ledger } from './ledger.js';

/** The server under load: two relays, two targets that live through it all, and a route for every way in. */
export interface Stage {
  readonly server: Server;
  readonly port: number;
  readonly system: System;
  readonly relay: Relay;
  /** A second relay, which is shut down in the end. */
  readonly second: Relay;
  /** Connections are transferred from one of these to the other. */
  readonly lobby: Pid;
  readonly room: Pid;
  /** The connections under way, by the id in their metadata. */
  readonly ledgers: Map<string, Ledger>;
  /** A ledger for the next connection. */
  next(): Ledger;
  /** Another target, which echoes and notes like the others. */
  spawn(): Pid;
  /** A supervisor of one such target by that name, which is started again whenever it crashes, at `crash`. */
  supervise(name: string): Promise<Pid>;
  stop(): Promise<void>;
}

export async function start(): Promise<Stage> {
  const system = createSystem({ logger: false });
  const options = {
    pingInterval: 1_000,
    closeTimeout: 1_000,
    maxPayload: 4_096,
    maxBuffered: 262_144,
  };
  const relay = websocketRelay(system, options);
  const second = websocketRelay(system, options);
  const ledgers = new Map<string, Ledger>();
  const target = witness(system, ledgers, () => []);
  const lobby = system.spawn(target, { name: 'lobby' });
  const room = system.spawn(target, { name: 'room' });
  const app = express();
  app.set('env', 'test'); // Express logs no errors there
  app.use('/ws', relay);
  app.use('/second', second);
  route(app, lobby, (end) => witness(system, ledgers, ENDS[end] ?? (() => [])));
  const server = createServer(app);
  acceptUpgrades(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let made = 0;
  return {
    server,
    port: (server.address() as AddressInfo).port,
    system,
    relay,
    second,
    lobby,
    room,
    ledgers,
    next: () => {
      const ledger = new Ledger(`${++made}`);
      ledgers.set(ledger.id, ledger);
      return ledger;
    },
    spawn: () => system.spawn(target),
    supervise: async (name) => {
      const children = [{ id: 'target', behavior: target, name }];
      const supervisor = system.spawn(supervise({ children, intensity: Infinity }));
      while (system.names.lookup(name) === undefined) await new Promise(setImmediate);
      return supervisor;
    },
    stop: async () => {
      await relay.shutdown();
      await system.shutdown();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function route(app: Express, lobby: Pid, owned: (end: string) => Behavior): void {
  app.get(['/ws', '/second'], ({ query }, res) => {
    const heartbeat_interval = String(query.every ?? '0');
    setRelay(res, { target_pid: lobby, heartbeat_interval, metadata: { ...query } }).end();
  });
  app.get('/ws/at', ({ query }, res) => {
    const target_pid = String(query.pid) as Pid;
    setRelay(res, { target_pid, metadata: { ...query } }).end();
  });
  app.get('/ws/own/:end', ({ params, query }, res) => {
    setRelay(res, { target: owned(params.end) as never, metadata: { ...query } }).end();
  });
  app.get('/ws/401', (_req, res) => void res.sendStatus(401));
  app.get('/ws/400', (_req, res) => void res.set('X-WS-Relay', '{').end());
  app.get('/ws/404', (_req, res) => void setRelay(res, { target_pid: '{main|0xfffff}' }).end());
  app.get('/ws/slow', (req, res) => {
    req.socket.once('close', () => setRelay(res, { target_pid: lobby }).end());
  });
}

/** How a target of a connection's own ends, when its client has spoken. */
const ENDS: Readonly<Record<string, (client: Pid) => Command[]>> = {
  normal: () => [exit('normal')],
  crash: () => [exit(new Error('boom'))],
  kill: () => [exit('kill')],
  lastWords: (client) => [
    send(client, ws.send, { data: 'bye' }),
    send(client, ws.close, { code: 4000 }),
    exit('normal'),
  ],
};

/** Notes what it hears, and sends every number back; `flood` brings 6 MiB, and `crash` a crash. */
const witness =
  (system: System, ledgers: Map<string, Ledger>, end: (client: Pid) => Command[]): Behavior =>
  (inbox, self) =>
    inbox.pipe(
      mergeMap((message) => {
        const ledger = ledgers.get(idOf(message));
        if (ledger === undefined) return [];
        const isNew = ledger.pid === undefined;
        ledger.hear(self.pid, message);
        if (isNew && ledger.pid !== undefined) watch(system, ledgers, ledger, ledger.pid);
        if (!is(message, ws.message)) return [];
        const { client_pid, data } = message.payload;
        if (data === 'crash') return [exit(new Error('boom'))];
        if (data === 'flood') return Array(12).fill(send(client_pid, ws.send, { data: HALF_MIB }));
        return [send(client_pid, ws.send, { data }), ...end(client_pid)];
      }),
    );

const HALF_MIB = new Uint8Array(512 * 1024);

const idOf = ({ payload }: Message): string =>
  String((payload as { metadata?: { id?: unknown } } | undefined)?.metadata?.id);

/** Tells a ledger of its connection's exit, which comes last. */
function watch(system: System, ledgers: Map<string, Ledger>, ledger: Ledger, pid: Pid): void {
  const isAlive = (target: Pid): boolean => system.info(target) !== undefined;
  system.monitor(pid).subscribe(({ reason }) => {
    ledger.end(reason.type, isAlive);
    ledgers.delete(ledger.id);
  });
}
