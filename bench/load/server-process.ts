// A process that loops, for test:load: it tells all what one of them says, except `fill <MiB>`, which it answers with so
// much. `/count` answers how many there are.
import { createServer } from 'node:http';
import express from 'express';
import type { Behavior, Pid } from 'rx-process';
import { NEVER } from 'rxjs';
import { rxProcess } from '../lib/built.js';
import { fillers } from '../lib/load/fillers.js';
import { listen } from '../lib/serve.js';

const { acceptUpgrades, createSystem, is, setRelay, websocketRelay, ws } = await rxProcess();

const clients = new Set<Pid>();

const room: Behavior = (inbox, self) => {
  inbox.subscribe((message) => {
    if (is(message, ws.join)) clients.add(message.payload.client_pid);
    else if (is(message, ws.leave)) clients.delete(message.payload.client_pid);
    else if (is(message, ws.message)) {
      const { client_pid, type, data } = message.payload;
      const filler = fillers(data);
      for (const each of filler) self.send(client_pid, ws.send, { type, data: each });
      if (filler.length > 0) return;
      for (const client of clients) self.send(client, ws.send, { type, data });
    }
  });
  return NEVER;
};

const system = createSystem();
const target_pid = system.spawn(room);
const app = express();
const relay = websocketRelay(system);
app.use('/ws', relay);
app.get('/ws', (_request, response) => {
  setRelay(response, { target_pid }).end();
});
app.get('/count', (_request, response) => {
  response.json({ connections: relay.count, subscribers: clients.size });
});

const server = createServer(app);
acceptUpgrades(server);
listen(server);
