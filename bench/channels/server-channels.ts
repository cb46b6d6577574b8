// Channels, subscribed and left by the server.
import { createServer } from 'node:http';
import express from 'express';
import { rxProcess } from '../lib/built.js';
import { listen } from '../lib/serve.js';
import { subscriptions } from '../lib/subscriptions.js';

const { acceptUpgrades, createSystem, createWebSocketManager, websocketRoutes } = await rxProcess();

const manager = createWebSocketManager(createSystem());
const { channels } = manager;
const app = express();
app.use(websocketRoutes(manager));
app.use(
  subscriptions<string>({
    connections: () => manager.getConnectionIds(),
    subscribe: (id, channel) => channels.subscribe(channel, id),
    leave: (id, channel) => channels.unsubscribe(channel, id),
  }),
);

const server = createServer(app);
acceptUpgrades(server);
listen(server);
