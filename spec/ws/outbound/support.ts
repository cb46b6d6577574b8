import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type ServerOptions, WebSocketServer } from 'ws';
import { connect as connectTo, type OutboundConnection } from '../../../lib/ws/index.js';
import { Client, deferred, onCleanup, within } from '../../express/support.js';

/** A server as others write theirs, with the `ws` library; `Client` is its end of a connection. */
export interface Other {
  readonly url: string;
  /** The head of the latest handshake. */
  readonly request: () => { readonly url?: string; readonly headers: Record<string, unknown> };
  next(): Promise<Client>;
  /** Ends with all its connections, as a crash would. */
  stop(): void;
}

export async function other(options: ServerOptions = {}): Promise<Other> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  const clients: Client[] = [];
  let request: unknown;
  let arrived = deferred();
  server.on('connection', (socket, given) => {
    request = given;
    socket.on('error', () => {});
    clients.push(new Client(socket));
    arrived.resolve();
  });
  await once(server, 'listening');
  const stop = (): void => {
    for (const client of server.clients) client.terminate();
    server.close();
  };
  onCleanup(stop);
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/feed`,
    request: () => request as ReturnType<Other['request']>,
    next: async () => {
      if (clients.length === 0) await within(arrived.promise, 'a connection');
      arrived = deferred();
      return clients.shift() as Client;
    },
    stop,
  };
}

/** A connection to such a server, and the end of it there. */
export async function connected(
  options: Parameters<typeof connectTo>[1] = {},
  serverOptions: ServerOptions = {},
): Promise<{ connection: OutboundConnection; server: Client; other: Other }> {
  const there = await other(serverOptions);
  const connection = await within(connectTo(there.url, options), 'the connection');
  onCleanup(() => connection.close());
  return { connection, server: await there.next(), other: there };
}

/** What a server does that is none: it is told of each request, and writes whatever it likes. */
export async function bare(
  answer: (socket: Socket, head: string) => void,
): Promise<{ url: string; closed: () => Promise<void>; cutOff: () => void }> {
  const closed = deferred();
  let latest: Socket | undefined;
  const server = createServer((socket) => {
    latest = socket;
    onCleanup(() => socket.destroy());
    let head = '';
    socket.on('error', () => {});
    socket.on('close', closed.resolve);
    socket.on('data', (chunk) => {
      if (head.includes('\r\n\r\n')) return;
      head += chunk;
      if (head.includes('\r\n\r\n')) answer(socket, head);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/feed`,
    cutOff: () => latest?.destroy(),
    closed: () => within(closed.promise, 'the end of the socket', 10_000),
  };
}

/** What a promise rejects with. */
export async function errorOf<E>(promise: Promise<unknown>): Promise<E> {
  const [result] = await Promise.allSettled([within(promise, 'a refusal', 5_000)]);
  if (result.status === 'fulfilled') throw new Error('it was not refused');
  return result.reason as E;
}

/** Agrees to a handshake by hand, and goes on as it is told. */
export const accepting =
  (then: (socket: Socket) => void = () => {}, headers = '') =>
  (socket: Socket, head: string): void => {
    const key = /Sec-WebSocket-Key: (\S+)/i.exec(head)?.[1];
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\n${headers}\r\n`,
    );
    then(socket);
  };
