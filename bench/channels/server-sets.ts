// The floor: plain `ws`, and two Sets by hand, the members of a channel and the channels of a connection.
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from '../lib/serve.js';
import { subscriptions } from '../lib/subscriptions.js';

const members = new Map<string, Set<WebSocket>>();
const subscribed = new Map<WebSocket, Set<string>>();

function subscribe(socket: WebSocket, channel: string): void {
  const inside = members.get(channel);
  if (inside === undefined) members.set(channel, new Set([socket]));
  else inside.add(socket);
  const own = subscribed.get(socket);
  if (own === undefined) subscribed.set(socket, new Set([channel]));
  else own.add(channel);
}

function leave(socket: WebSocket, channel: string): void {
  const inside = members.get(channel);
  inside?.delete(socket);
  if (inside?.size === 0) members.delete(channel);
  const own = subscribed.get(socket);
  own?.delete(channel);
  if (own?.size === 0) subscribed.delete(socket);
}

const connections = (): WebSocket[] => [...sockets.clients];
const server = createServer(subscriptions({ connections, subscribe, leave }));
const sockets = new WebSocketServer({ server, path: '/ws', perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('close', () => {
    for (const channel of subscribed.get(socket) ?? []) leave(socket, channel);
  });
});

listen(server);
