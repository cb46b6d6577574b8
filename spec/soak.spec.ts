import type { Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ignoreElements, mergeMap, tap } from 'rxjs';
import { type Relay, setRelay, websocketRelay, ws } from '../lib/express/index.js';
import { type Behavior, exit, ofTopic, type Pid, send } from '../lib/index.js';
import type { Control } from '../lib/protocol/index.js';
import { kernelOf, type Process } from '../lib/runtime/index.js';
import {
  type Client,
  type Connect,
  cleanUp,
  deferred,
  handshake,
  open,
  Raw,
  type Running,
  refusal,
  serve,
  within,
} from './express/support.js';
import { settled, tables, turns } from './support/runtime.js';

afterEach(cleanUp);

/** What a client says to a target of its own, and how that one ends. */
const ends: Record<string, Behavior> = {
  normal: (inbox) =>
    inbox.pipe(
      ofTopic(ws.message),
      mergeMap(() => [exit('normal')]),
    ),
  crash: (inbox) =>
    inbox.pipe(
      ofTopic(ws.message),
      mergeMap(() => [exit(new Error('boom'))]),
    ),
  kill: (inbox) =>
    inbox.pipe(
      ofTopic(ws.message),
      mergeMap(() => [exit('kill')]),
    ),
  lastWords: (inbox) =>
    inbox.pipe(
      ofTopic(ws.message),
      mergeMap(({ payload: { client_pid: client } }) => [
        send(client, ws.send, { data: 'bye' }),
        send(client, ws.close, { code: 4000 }),
        exit('normal'),
      ]),
    ),
};

/** Lives, and tells `tickets` of who joins. */
const reception: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join),
    tap(({ payload }) => tickets.get(String(payload.metadata.ticket))?.(payload.client_pid)),
    ignoreElements(),
  );
const tickets = new Map<string, (pid: Pid) => void>();
let issued = 0;

/** The server of the soak: two relays, and a route for every way in. */
interface Soak extends Running {
  /** Two targets that live through it all; connections are transferred from one to the other. */
  readonly lobby: Pid;
  readonly room: Pid;
  /** A second relay on the same server, to be shut down. */
  readonly second: Relay;
}

async function start(): Promise<Soak> {
  const relay = { pingInterval: 300, closeTimeout: 1_000, maxPayload: 4_096, maxBuffered: 262_144 };
  const running = await serve({ relay });
  const { app, system } = running;
  const lobby = system.spawn(reception, { name: 'lobby' });
  const room = system.spawn(reception, { name: 'room' });
  const second = websocketRelay(system, relay);
  app.use('/second', second);
  app.get(['/ws', '/second'], ({ query }, res) => {
    const heartbeat_interval = String(query.every ?? '0');
    setRelay(res, { target_pid: lobby, heartbeat_interval, metadata: { ...query } }).end();
  });
  app.get('/ws/own/:end', ({ params }, res) => {
    setRelay(res, { target: ends[params.end] ?? reception }).end();
  });
  app.get('/ws/401', (_req, res) => void res.sendStatus(401));
  app.get('/ws/400', (_req, res) => void res.set('X-WS-Relay', '{').end());
  app.get('/ws/404', (_req, res) => void setRelay(res, { target_pid: '{main|0xfffff}' }).end());
  app.get('/ws/slow', (_req, res) => {
    waiting.shift()?.(() => setRelay(res, { target: reception }).end());
  });
  return { ...running, lobby, room, second };
}

/** Who waits for a handler to begin; given what ends its response. */
const waiting: ((finish: () => void) => void)[] = [];

/** Everything that could be left behind. */
async function census({ system, server, relay, second, lobby, room }: Soak): Promise<object> {
  const connections = await new Promise((resolve) => {
    server.getConnections((_error, count) => resolve(count));
  });
  const resources = process.getActiveResourcesInfo();
  const residents = [lobby, room].map((pid) => {
    const { monitors, links, mailbox } = system[kernelOf].processes.get(pid) as Process;
    return [monitors.length, links.size, mailbox.depth, mailbox.bytes];
  });
  return {
    // All but the counters, which only ever grow.
    processes: system.processes().map(({ handled, highWater, uptime, ...rest }) => rest),
    tables: tables(system),
    residents,
    counts: [relay.count, second.count],
    connections,
    timers: resources.filter((kind) => kind === 'Timeout').length,
    sockets: resources.filter((kind) => kind.startsWith('TCP')).length,
  };
}

// --- the ways ---------------------------------------------------------------------------------------

type Way = (soak: Soak) => Promise<unknown>;
type Deed = (client: Client, soak: Soak, pid: Pid) => unknown;

/** Opens a connection to the lobby, does something, and waits for the end that the client sees. */
const lobbyWay =
  (code: number, deed: Deed, query = '', options?: Connect): Way =>
  async (soak) => {
    const ticket = `${++issued}`;
    const joined = deferred<Pid>();
    tickets.set(ticket, joined.resolve);
    const client = await open(soak.port, `/ws?ticket=${ticket}${query}`, options);
    const pid = await within(joined.promise, 'the join');
    tickets.delete(ticket);
    await deed(client, soak, pid);
    expect((await within(client.closed, `the close (${deed})`)).code).toBe(code);
  };

/** The same with a target of its own. */
const ownWay =
  (code: number, end: string, deed: (client: Client) => unknown): Way =>
  async ({ port }) => {
    const client = await open(port, `/ws/own/${end}`);
    deed(client);
    expect((await within(client.closed, `the close (${end})`)).code).toBe(code);
  };

const refusedWay =
  (status: number, path: string, options?: Connect): Way =>
  async ({ port }) => {
    expect((await refusal(port, path, options)).status).toBe(status);
  };

/** The TCP socket under a client. */
const netOf = ({ socket }: Client): Socket => (socket as unknown as { _socket: Socket })._socket;

const speak = (client: Client): void => client.socket.send('go');
const control = (target_pid: Pid, fields: Control = {}): [typeof ws.control, Control] => [
  ws.control,
  { target_pid, ...fields },
];

/** A second process that crashes, linked to the connection. */
const linkAndCrash: Deed = (_client, { system }, pid) => {
  system.spawn((_inbox, self) => {
    self.link(pid);
    throw new Error('boom');
  });
};

const flood: Deed = async (client, { system }, pid) => {
  client.socket.pause();
  for (let i = 0; i < 12; i++) {
    system.send(pid, ws.send, { data: new Uint8Array(512 * 1024) });
    await turns(1);
  }
  client.socket.resume();
};

const vanish: Way = async ({ port }) => {
  const arrived = deferred<() => void>();
  waiting.push(arrived.resolve);
  const raw = new Raw(port).write(handshake('/ws/slow'));
  const finish = await within(arrived.promise, 'the handler');
  raw.socket.destroy();
  await raw.end();
  await turns(12);
  finish();
};

const ignoreClose: Way = async ({ port, system }) => {
  const ticket = `${++issued}`;
  const joined = deferred<Pid>();
  tickets.set(ticket, joined.resolve);
  const raw = new Raw(port).write(handshake(`/ws?ticket=${ticket}`));
  system.send(await within(joined.promise, 'the join'), ws.close);
  tickets.delete(ticket);
  await raw.end();
};

const WAYS: Record<string, Way> = {
  'client close with a code': lobbyWay(1000, ({ socket }) => socket.close(1000, 'bye')),
  'client close without a code': lobbyWay(1005, ({ socket }) => socket.close()),
  'client terminate': lobbyWay(1006, ({ socket }) => socket.terminate()),
  'client reset': lobbyWay(1006, (client) => netOf(client).resetAndDestroy()),
  'heartbeats, then close': lobbyWay(1000, ({ socket }) => socket.close(1000), '&every=1ms'),
  'messages, then close': lobbyWay(1000, (client) => {
    for (let i = 0; i < 50; i++) speak(client);
    client.socket.close(1000);
  }),
  'ws.close': lobbyWay(4000, (_client, { system }, pid) => {
    system.send(pid, ws.close, { code: 4000 });
  }),
  'transfer, then ws.close': lobbyWay(4000, (_client, { system, room }, pid) => {
    system.send(pid, ...control(room, { heartbeat_interval: '1ms' }));
    system.send(pid, ws.close, { code: 4000 });
  }),
  'transfer there and back, then client close': lobbyWay(1000, ({ socket }, soak, pid) => {
    soak.system.send(pid, ...control(soak.room));
    soak.system.send(pid, ...control(soak.lobby));
    socket.close(1000);
  }),
  cancel: lobbyWay(1001, (_client, { system }, pid) => system.cancel(pid, { deadline: '10s' })),
  terminate: lobbyWay(1006, (_client, { system }, pid) => {
    system.names.register(`name of ${pid}`, pid);
    system.terminate(pid);
  }),
  'a linked process crashes': lobbyWay(1011, linkAndCrash),
  'protocol error': lobbyWay(1002, (client) =>
    netOf(client).write(Buffer.of(0x83, 0x80, 0, 0, 0, 0)),
  ),
  'too big': lobbyWay(1009, ({ socket }) => socket.send('x'.repeat(5_000))),
  'slow consumer': lobbyWay(1013, flood),
  'no pong': lobbyWay(1006, () => {}, '', { autoPong: false } as Connect),
  'close frame ignored': ignoreClose,
  'owned, client close': ownWay(1000, 'drain', ({ socket }) => socket.close(1000)),
  'owned, client terminate': ownWay(1006, 'drain', ({ socket }) => socket.terminate()),
  'target exits normally': ownWay(1000, 'normal', speak),
  'target crashes': ownWay(1011, 'crash', speak),
  'target kills itself': ownWay(1011, 'kill', speak),
  'last words': ownWay(4000, 'lastWords', speak),
  'refused 401': refusedWay(401, '/ws/401'),
  'refused 403': refusedWay(403, '/ws', { origin: 'https://evil.example' }),
  'refused 404': refusedWay(404, '/ws/404'),
  'refused 400': refusedWay(400, '/ws/400'),
  'the client vanishes during the handler': vanish,
};

const CONNECTIONS = 1_000;
const AT_ONCE = 60;

/** Until two looks are the same, or the deadline: then the difference is shown. */
async function settle(soak: Soak, baseline: object): Promise<void> {
  const end = performance.now() + 5_000;
  for (;;) {
    const now = await census(soak);
    if (isDeepStrictEqual(now, baseline)) return;
    if (performance.now() > end) return expect(now).toEqual(baseline);
    await turns(1);
  }
}

describe('a server', () => {
  it(`is as it was after ${CONNECTIONS} connections that opened and closed in every way`, async () => {
    const soak = await start();
    await settled(soak.system);
    const baseline = await census(soak);
    const ways = Object.values(WAYS);
    const queue = Array.from({ length: CONNECTIONS }, (_, i) => ways[i % ways.length] as Way);
    const worker = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) await next(soak);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await settle(soak, baseline);

    // The last of them are open when their relay shuts down.
    const last = await Promise.all(
      Array.from({ length: 50 }, () => open(soak.port, '/second?every=1ms')),
    );
    expect(soak.second.count).toBe(50);
    await within(soak.second.shutdown(), 'the shutdown');
    for (const { closed } of last) {
      expect((await within(closed, 'the close')).code).toBe(1001);
    }
    await settle(soak, baseline);
  }, 20_000);
});
