import { fileURLToPath } from 'node:url';
import express from 'express';
import { createSystem } from 'rx-process';
import { createWebSocketManager } from 'rx-process/channels';
import { acceptUpgrades, clientFiles, websocketRoutes } from 'rx-process/express';
import { chat } from './chat.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

const system = createSystem();
const manager = createWebSocketManager(system, { channels: [chat] });
const app = express();

app.use(express.static(fileURLToPath(new URL('public', import.meta.url))));
app.use('/rx-process', clientFiles());
// Clients come to /ws, and subscribe channels there.
app.use(
  websocketRoutes(manager, {
    // Who is it? Ask your session: a client may say what it likes.
    connect: ({ query: { user } }) =>
      typeof user === 'string' && user !== '' && user.length <= 32
        ? { identity: user }
        : { status: 400, body: 'user: give 1 to 32 characters' },
  }),
);

const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  console.log(`open http://${HOST}:${PORT}`);
});
acceptUpgrades(server);

/** Clients are told, then processes end, and then nothing keeps Node. */
const end = async () => {
  server.close();
  await system.shutdown();
  server.closeAllConnections();
};
process.on('SIGINT', end).on('SIGTERM', end);
