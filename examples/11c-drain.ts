// A server is replaced while clients are connected: they close in batches, each with a time to come back at.
//
//   node --import tsx examples/11c-drain.ts    ws://127.0.0.1:3000/ws/echo, by several clients, then Ctrl-C
//
// The reason of the close, `server restarting; retry=1417`, is for the client: `readRetry(reason)` reads it.
import express from 'express';
import { type Behavior, createSystem, ofTopic, send } from 'rx-process';
import { acceptUpgrades, setRelay, websocketRelay, ws } from 'rx-process/express';
import { lastValueFrom, map } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const echo: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.message),
    map(({ payload: { client_pid, data } }) => send(client_pid, ws.send, { data })),
  );

const system = createSystem();
const relay = websocketRelay(system);
const app = express();

app.use('/ws', relay);
app.get('/ws/echo', (_request, response) => {
  setRelay(response, { target: echo }).end();
});

/** At SIGTERM: 50 clients every 100 ms; none is to come back before 1 s, and the last after 6 s. */
const drain = () =>
  lastValueFrom(
    // Shorter than the 30 s that Kubernetes gives a pod: a client that does not answer is cut off by us.
    relay.drain({ batch: 50, deadline: '20s', retryAfter: '1s', jitter: '5s' }),
  );

if (isMain(import.meta)) acceptUpgrades(listen(app, { system, end: drain }));
