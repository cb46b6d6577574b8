// A channel, for test:load: what one member says to it is sent to all, except `fill <MiB>`, which is answered with so
// much. `/count` answers how many there are.
import { createServer } from 'node:http';
import express from 'express';
import { rxProcess } from '../lib/built.js';
import { fillers } from '../lib/load/fillers.js';
import { listen } from '../lib/serve.js';

const { acceptUpgrades, createSystem, createWebSocketManager, WebSocketMessage, websocketRoutes } =
  await rxProcess();

const manager = createWebSocketManager(createSystem());
const room = manager.channel('room');
room.messages$.subscribe(({ connection, payload }) => {
  const filler = fillers(payload);
  for (const text of filler) manager.sendToConnection(connection.pid, WebSocketMessage.text(text));
  if (filler.length === 0) room.send(WebSocketMessage.text(payload as string));
});

const app = express();
app.get('/count', (_request, response) => {
  const connections = manager.connectionCount();
  response.json({ connections, subscribers: manager.channels.subscriberCount('room') });
});
app.use(websocketRoutes(manager));

const server = createServer(app);
acceptUpgrades(server);
listen(server);
