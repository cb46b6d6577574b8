// `npm start`: rooms to chat in, an echo, and a page that shows what the server sees of them.
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';
import { combine, createSystem, supervise } from 'rx-process';
import { acceptUpgrades, setRelay, websocketRelay } from 'rx-process/express';
import { firstValueFrom } from 'rxjs';
import { listen } from '../lib/listen.js';
import { echo } from './echo.js';
import { readNames } from './names.js';
import { enter, rooms } from './rooms.js';
import { tree } from './tree.js';
import { reporter, WATCH, watch } from './watch.js';

const system = createSystem();
const relay = websocketRelay(system);
const app = express();

// The supervision tree: `app` restarts these three, and `rooms` the rooms.
const processes = supervise({
  children: [
    { id: 'rooms', behavior: rooms, name: 'rooms', type: 'supervisor' },
    { id: 'watch', behavior: watch, name: WATCH },
    { id: 'tree', behavior: tree(system), name: 'tree' },
  ],
});
system.spawn(processes, { name: 'app' });

const headers: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': "default-src 'self'; connect-src 'self' ws: wss:",
    'X-Content-Type-Options': 'nosniff',
  });
  next();
};
app.disable('x-powered-by');
const folder = (path: string): RequestHandler =>
  express.static(fileURLToPath(new URL(path, import.meta.url)));
app.use(headers, folder('page'), folder('../lib/page'));

app.use('/ws', relay);

// A process for each connection, which the relay starts and ends with it.
app.get('/ws/echo', (_request, response) => {
  setRelay(response, { target: combine(echo, reporter), metadata: { path: '/ws/echo' } }).end();
});

// A process for each room, which its members share.
app.get('/ws/chat', async (request, response) => {
  // Before a room is started: the relay itself would answer a plain request only after that.
  if (request.headers.upgrade === undefined) {
    return void response
      .set({ Upgrade: 'websocket', Connection: 'Upgrade, close' })
      .sendStatus(426);
  }
  const names = readNames(request.query, 'room', 'user');
  if ('problem' in names) return void response.status(400).type('text').send(names.problem);
  const target_pid = await firstValueFrom(enter(system, names.room));
  const metadata = { path: '/ws/chat', ...names };
  setRelay(response, { target_pid, heartbeat_interval: '10s', metadata }).end();
});

// One process for all who watch.
app.get('/ws/watch', (_request, response) => {
  const target_pid = system.names.lookup(WATCH);
  // It may just be restarted: the page tries again.
  if (target_pid === undefined) return void response.sendStatus(503);
  setRelay(response, { target_pid }).end();
});

acceptUpgrades(listen(app, { relay, system }));
