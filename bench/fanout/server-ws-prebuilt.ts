// The same loop, over one frame that is built once and written past ws's sender.
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import * as ws from 'ws';
import { WebSocket, WebSocketServer } from 'ws';
import { listen, statsOnly } from '../lib/serve.js';

const server = createServer(statsOnly);
const sockets = new WebSocketServer({ server, path: '/ws', perMessageDeflate: false });
const below = new Map<WebSocket, Socket>();

/** The module exports its sender by name, but its types do not. */
const { frame } = (ws as unknown as { Sender: { frame: Frame } }).Sender;
type Frame = (data: Buffer, options: Readonly<Record<string, boolean | number>>) => Buffer[];
const options = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: false };

sockets.on('connection', (socket, request) => {
  below.set(socket, request.socket);
  socket.on('close', () => below.delete(socket));
  socket.on('message', (data) => {
    const bytes = Buffer.concat(frame(data as Buffer, options));
    for (const [client, net] of below) {
      if (client.readyState === WebSocket.OPEN) net.write(bytes);
    }
  });
});

listen(server);
