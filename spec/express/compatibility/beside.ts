import { once } from 'node:events';
import { Server as SocketServer } from 'socket.io';
import { io } from 'socket.io-client';
import WebSocket, { WebSocketServer } from 'ws';
import { Client, onCleanup } from '../support.js';
import type { Application } from './application.js';

/** A library that has WebSockets of its own on the same server. */
export interface Neighbour {
  readonly packages: readonly string[];
  /** Sets it up; what it returns asks it something by a client of its own. */
  readonly move: (application: Application) => Promise<() => Promise<unknown>>;
  readonly answer: unknown;
}

export const NEIGHBOURS: readonly Neighbour[] = [
  {
    packages: ['socket.io'],
    move: async ({ server, port }) => {
      const sockets = new SocketServer(server, { destroyUpgrade: false });
      sockets.on('connection', (socket) => {
        socket.on('ask', (text: string, answer: (text: string) => void) => answer(`${text}!`));
      });
      onCleanup(() => sockets.engine.close());
      return async () => {
        const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
        onCleanup(() => void client.close());
        return client.emitWithAck('ask', 'hello');
      };
    },
    answer: 'hello!',
  },
  {
    packages: ['ws'],
    move: async ({ server, port }) => {
      const other = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        if (request.url !== '/other') return;
        other.handleUpgrade(request, socket, head, (client) => client.send('from the other'));
      });
      onCleanup(() => other.close());
      return () => firstOf(`ws://127.0.0.1:${port}/other`);
    },
    answer: 'from the other',
  },
];

/** The first thing that a server says. */
export async function firstOf(url: string, protocol?: string): Promise<unknown> {
  const socket = new WebSocket(url, protocol);
  onCleanup(() => socket.terminate());
  const client = new Client(socket);
  await once(socket, 'open');
  return client.next();
}
