// A channel with a history, of which a crowd is sent away at once: each is told when to come back, within a second.
import { createServer } from 'node:http';
import express from 'express';
import { rxProcess } from '../lib/built.js';
import { JITTER, NEWS, PERIOD } from '../lib/resume.js';
import { listen, stats } from '../lib/serve.js';

const {
  acceptUpgrades,
  channel,
  createSystem,
  createWebSocketManager,
  WebSocketMessage,
  websocketRoutes,
  withRetry,
} = await rxProcess();

const manager = createWebSocketManager(createSystem(), {
  channels: [channel(NEWS, { history: { size: 1_000 } })],
});
let count = 0;
setInterval(() => {
  count += 1;
  manager.sendToChannel(NEWS, WebSocketMessage.event(NEWS, count));
}, PERIOD);

const app = express();
app.get('/stats', stats);
app.get('/away', (_request, response) => {
  for (const id of manager.channels.getSubscribers(NEWS)) {
    const reason = withRetry('server restarting', Math.floor(Math.random() * JITTER));
    manager.closeConnection(id, 1012, reason);
  }
  response.json({});
});
app.use(websocketRoutes(manager));

const server = createServer(app);
acceptUpgrades(server);
listen(server);
