// The relay: each connection gets an echo process of its own, through an Express route.
import { createServer } from 'node:http';
import express from 'express';
import type { Behavior } from 'rx-process';
import { map, takeWhile } from 'rxjs';
import { rxProcess } from './lib/built.js';
import { listen, stats } from './lib/serve.js';

const { acceptUpgrades, createSystem, is, ofTopic, send, setRelay, websocketRelay, ws } =
  await rxProcess();

const echo: Behavior = (inbox) =>
  inbox.pipe(
    takeWhile((m) => !is(m, ws.leave)),
    ofTopic(ws.message),
    map(({ payload }) =>
      send(payload.client_pid, ws.send, { type: payload.type, data: payload.data }),
    ),
  );

const system = createSystem();
const app = express();
app.get('/stats', stats);
app.use('/ws', websocketRelay(system));
app.get('/ws', (_request, response) => {
  setRelay(response, { target: echo }).end();
});

const server = createServer(app);
acceptUpgrades(server);
listen(server);
