// A process that loops: all clients have one target, which sends what one of them says to each of them.
import { createServer } from 'node:http';
import express from 'express';
import type { Behavior, Pid } from 'rx-process';
import { NEVER } from 'rxjs';
import { rxProcess } from '../lib/built.js';
import { listen, stats } from '../lib/serve.js';

const { acceptUpgrades, createSystem, is, setRelay, websocketRelay, ws } = await rxProcess();

const room: Behavior = (inbox, self) => {
  const clients = new Set<Pid>();
  inbox.subscribe((message) => {
    if (is(message, ws.join)) clients.add(message.payload.client_pid);
    else if (is(message, ws.leave)) clients.delete(message.payload.client_pid);
    else if (is(message, ws.message)) {
      const { type, data } = message.payload;
      const payload = { type, data };
      for (const client of clients) self.send(client, ws.send, payload);
    }
  });
  return NEVER;
};

const system = createSystem();
const target_pid = system.spawn(room);
const app = express();
app.get('/stats', stats);
app.use('/ws', websocketRelay(system));
app.get('/ws', (_request, response) => {
  setRelay(response, { target_pid }).end();
});

const server = createServer(app);
acceptUpgrades(server);
listen(server);
