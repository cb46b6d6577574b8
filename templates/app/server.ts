import { fileURLToPath } from 'node:url';
import express from 'express';
import { createSystem } from 'rx-process';
import { createWebSocketManager } from 'rx-process/channels';
import { acceptUpgrades, websocketRoutes } from 'rx-process/express';
import { answers, chat } from './chat.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

const system = createSystem();
const manager = createWebSocketManager(system, { channels: [chat] });
answers(manager.messages$).subscribe(({ channel, message }) => {
  manager.sendToChannel(channel, message);
});
const app = express();

app.use(express.static(fileURLToPath(new URL('public', import.meta.url))));
app.use(
  // Clients come to /ws/<channel>. Who one is, is said here: take it from your session, not from the client.
  websocketRoutes(manager, {
    connect: ({ query: { user } }) =>
      typeof user === 'string' && user.length <= 32
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
