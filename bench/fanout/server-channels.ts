// A channel: what one member says to it is sent to all of them.
import { createServer } from 'node:http';
import express from 'express';
import { rxProcess } from '../lib/built.js';
import { listen, stats } from '../lib/serve.js';

const { acceptUpgrades, createSystem, createWebSocketManager, WebSocketMessage, websocketRoutes } =
  await rxProcess();

const manager = createWebSocketManager(createSystem());
const room = manager.channel('room');
room.messages$.subscribe(({ payload }) => {
  room.send(WebSocketMessage.text(payload as string));
});

const app = express();
app.get('/stats', stats);
app.use(websocketRoutes(manager));

const server = createServer(app);
acceptUpgrades(server);
listen(server);
