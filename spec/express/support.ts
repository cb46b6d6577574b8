import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import { type AddressInfo, connect as connectNet, type Socket } from 'node:net';
import { jest } from '@jest/globals';
import express, { type Express, type Response } from 'express';
import { map, takeWhile } from 'rxjs';
import WebSocket from 'ws';
import {
  type AcceptOptions,
  acceptUpgrades,
  type Relay,
  type RelayOptions,
  websocketRelay,
  ws,
} from '../../lib/express/index.js';
import {
  type Behavior,
  createSystem,
  is,
  ofTopic,
  type System,
  type SystemOptions,
  send,
} from '../../lib/index.js';
import { type Deferred, deferred } from '../support/runtime.js';

/** Sends everything back until the client leaves. */
export const echo: Behavior = (inbox) =>
  inbox.pipe(
    takeWhile((m) => !is(m, ws.leave)),
    ofTopic(ws.message),
    map(({ payload }) =>
      send(payload.client_pid, ws.send, { type: payload.type, data: payload.data }),
    ),
  );

/** Says what the join said, then echoes. */
export const greet: Behavior = (inbox) =>
  inbox.pipe(
    takeWhile((m) => !is(m, ws.leave)),
    ofTopic(ws.join, ws.message),
    map(({ payload }) => {
      const data = 'data' in payload ? payload.data : JSON.stringify(payload.metadata);
      return send(payload.client_pid, ws.send, { data });
    }),
  );

/** Rejects when it takes too long: nothing here sleeps, everything waits for something. */
export function within<T>(promise: Promise<T>, what: string, millis = 10_000): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${millis} ms`)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export { type Deferred, deferred };

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly error?: unknown;
}

export interface Running {
  readonly app: Express;
  readonly server: Server;
  readonly port: number;
  readonly system: System;
  readonly relay: Relay;
  readonly warnings: readonly Warning[];
  readonly stopAccepting: () => void;
}

export interface Serve {
  /** Middleware before the relay. */
  readonly before?: (app: Express, server: Server) => void;
  readonly routes?: (app: Express, running: Running) => void;
  readonly relay?: RelayOptions;
  readonly system?: SystemOptions;
  /** Where the relay is mounted; false: nowhere. */
  readonly mount?: string | false;
  readonly accept?: AcceptOptions | false;
}

const cleanups: (() => unknown)[] = [];
export const onCleanup = (cleanup: () => unknown): void => void cleanups.push(cleanup);

/** Ends every server and socket of a test; for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** An application with a relay, on a free port. */
export async function serve(options: Serve): Promise<Running> {
  const { before, routes, mount = '/ws', accept = {} } = options;
  const system = createSystem({ logger: false, ...options.system });
  const warnings: Warning[] = [];
  system.events$.subscribe((event) => {
    if (event.type === 'warning') warnings.push(event);
  });
  const relay = websocketRelay(system, options.relay);
  const app = express();
  app.set('env', 'test'); // Express logs no errors there
  const server = createServer(app);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  before?.(app, server);
  if (mount !== false) app.use(mount, relay);
  const stopAccepting = accept === false ? () => {} : acceptUpgrades(server, accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const running = { app, server, port, system, relay, warnings, stopAccepting };
  routes?.(app, running);
  onCleanup(async () => {
    await relay.shutdown();
    await system.shutdown();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return running;
}

/** A server whose handler waits until the test answers for it. */
export async function servePending(options: Serve = {}) {
  const arrived = deferred<Response>();
  const closed = deferred();
  const running = await serve({
    ...options,
    routes: (app) => {
      app.get('/ws/:room', (_req, res) => {
        res.on('close', closed.resolve);
        arrived.resolve(res);
      });
    },
  });
  return {
    ...running,
    handler: () => within(arrived.promise, 'the handler'),
    responseClosed: () => within(closed.promise, "the response's close"),
  };
}

/** A plain answer to a request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function read(response: IncomingMessage): Promise<Answer> {
  let body = '';
  for await (const chunk of response.setEncoding('latin1')) body += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** A `ws` client that keeps what it receives. */
export class Client {
  readonly socket: WebSocket;
  readonly #received: (string | Buffer)[] = [];
  #waiting: (() => void) | undefined;
  /** The headers of the 101. */
  upgrade: IncomingHttpHeaders = {};
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('upgrade', (response) => {
      this.upgrade = response.headers;
    });
    socket.on('message', (data: Buffer, isBinary) => {
      this.#received.push(isBinary ? data : data.toString());
      this.#waiting?.();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  async next(): Promise<string | Buffer> {
    if (this.#received.length === 0) {
      const arrival = new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
      await within(arrival, 'a frame');
    }
    return this.#received.shift() as string | Buffer;
  }

  async ask(text: string): Promise<string | Buffer> {
    this.socket.send(text);
    return this.next();
  }
}

export interface Connect {
  readonly headers?: Record<string, string>;
  readonly protocols?: string[];
  readonly origin?: string;
  /** Of the WebSocket protocol; default 13. */
  readonly protocolVersion?: number;
}

/** Opens a WebSocket: a client, or the answer that refused it. */
export function attempt(
  port: number,
  path: string,
  { protocols, ...options }: Connect = {},
): Promise<Client | Answer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, options);
  onCleanup(() => socket.terminate());
  const client = new Client(socket);
  const result = new Promise<Client | Answer>((resolve, reject) => {
    socket.on('open', () => resolve(client));
    socket.on('unexpected-response', (_request, response) => {
      read(response).then(resolve, reject);
    });
    socket.on('error', reject);
  });
  return within(result, `an answer of ${path}`);
}

export async function open(port: number, path: string, options?: Connect): Promise<Client> {
  const result = await attempt(port, path, options);
  if (result instanceof Client) return result;
  throw new Error(`refused: ${result.status} ${result.body}`);
}

export async function refusal(port: number, path: string, options?: Connect): Promise<Answer> {
  const result = await attempt(port, path, options);
  if (result instanceof Client) throw new Error('accepted');
  return result;
}

/** A bare TCP client, for what no proper client does. */
export class Raw {
  readonly socket: Socket;
  text = '';
  #waiting: (() => void) | undefined;
  readonly closed: Promise<void>;

  /** @param to a port of this machine, or a socket that is connected already. */
  constructor(to: number | Socket) {
    this.socket = typeof to === 'number' ? connectNet(to, '127.0.0.1') : to;
    this.socket.setEncoding('latin1');
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: string) => {
      this.text += chunk;
      this.#waiting?.();
    });
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    onCleanup(() => this.socket.destroy());
  }

  write(data: string | Buffer): this {
    this.socket.write(data, 'latin1');
    return this;
  }

  /** Waits until the text so far matches. */
  until(pattern: RegExp, millis?: number): Promise<string> {
    const matched = new Promise<string>((resolve) => {
      const look = (): void => {
        if (!pattern.test(this.text)) return;
        this.#waiting = undefined;
        resolve(this.text);
      };
      this.#waiting = look;
      look();
    });
    return within(matched, `${pattern} in ${JSON.stringify(this.text.slice(0, 200))}`, millis);
  }

  async end(): Promise<string> {
    await within(this.closed, 'the end of the socket');
    return this.text;
  }
}

/** The text of a WebSocket handshake. */
export function handshake(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** A client's text frame, masked with zeros; its length below 126. */
export function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

/** Collects this library's process warnings until the end of the test. */
export function processWarnings(): Warning[] {
  const seen: Warning[] = [];
  const spy = jest.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    const { code = '' } = options as { code?: string };
    seen.push({ code, message: String(message) });
  });
  onCleanup(() => spy.mockRestore());
  return seen;
}
