// `npm start`: rooms to chat in, and a page that shows what the server sees of them; for other clients an echo.
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';
import { createSystem, supervise } from 'rx-process';
import { createWebSocketManager } from 'rx-process/channels';
import { devtools } from 'rx-process/devtools';
import {
  acceptUpgrades,
  clientFiles,
  setRelay,
  websocketRelay,
  websocketRoutes,
} from 'rx-process/express';
import { levelStore } from 'rx-process/level';
import { fail, listen, readPort } from '../lib/listen.js';
import { chat } from './chat.js';
import { echo } from './echo.js';
import { isName } from './names.js';
import { tree } from './tree.js';
import { WATCH, watch, watching } from './watch.js';

// What is said in rooms is kept on disk, in a folder of this port's, so that a restart loses nothing. For a port that is
// another one each time it is kept in memory.
const port = readPort();
const { DATA = port === 0 ? '' : `.data/${port}` } = process.env;
const store =
  DATA === ''
    ? undefined
    : await levelStore(DATA).catch(({ message }) =>
        fail(`${message}; set PORT to another port, or DATA to another folder`),
      );

const system = createSystem();
const manager = createWebSocketManager(system, {
  channels: [chat(store), watching],
  implicitChannels: false,
});

// The supervision tree: `app` restarts these two; a room is restarted by its channel.
const processes = supervise({
  children: [
    { id: 'watch', behavior: watch(manager), name: WATCH },
    { id: 'tree', behavior: tree(system, manager), name: 'tree' },
  ],
});
system.spawn(processes, { name: 'app' });

const folder = (path: string): RequestHandler =>
  express.static(fileURLToPath(new URL(path, import.meta.url)));
const headers: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': "default-src 'self'; connect-src 'self' ws: wss:",
    'X-Content-Type-Options': 'nosniff',
  });
  next();
};
const app = express();
app.disable('x-powered-by');
app.use(headers, folder('page'), folder('../lib/page'));
app.use('/rx-process', clientFiles());

// Who watches needs no name; who has none may only watch.
const routes = websocketRoutes(manager, {
  connect: ({ query: { user } }) => {
    if (user === undefined) return {};
    return isName(user)
      ? { identity: user }
      : { status: 400, body: 'user: give 1 to 32 characters' };
  },
});
app.use(routes);

// A process for each connection, which the relay starts and ends with it.
app.use('/echo', websocketRelay(system));
app.get('/echo', (_request, response) => setRelay(response, { target: echo }).end());

// A page for this machine: all processes, and the life of each as a marble diagram.
app.use('/devtools', devtools(system, { payloads: true }));

acceptUpgrades(listen(app, { relay: routes, system }));
