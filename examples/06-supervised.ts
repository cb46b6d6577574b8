// A worker that may crash, a keeper that restarts it, and clients that notice no more than a pause.
//
//   node --import tsx examples/06-supervised.ts  ws://127.0.0.1:3000/ws/double
//
// Send a number to have it doubled; anything else crashes the worker.
import express from 'express';
import {
  act,
  type Behavior,
  createSystem,
  isOrderly,
  ofTopic,
  ProcessError,
  reply,
  send,
  topic,
} from 'rx-process';
import { acceptUpgrades, setRelay, websocketRelay, ws } from 'rx-process/express';
import { catchError, defer, ignoreElements, map, of, retry, tap, throwError, timer } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const double = topic<string, string>('double');

/** Lets it crash: what a worker cannot handle is not its business. */
export const worker: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(double),
    map((message) => {
      if (!/^\d+$/.test(message.payload)) throw new TypeError('not a number');
      return reply(message, String(Number(message.payload) * 2));
    }),
  );

/** A restart is a resubscription: spawn, watch, and when the worker crashed, do it again. */
export const keeper: Behavior = (_inbox, self) =>
  defer(() => self.spawnMonitored(worker, { name: 'worker' }).exit$).pipe(
    tap(({ reason }) => {
      if (!isOrderly(reason)) throw reason;
    }),
    retry({ delay: (_reason, attempt) => timer(Math.min(50 * 2 ** attempt, 5_000)) }),
    ignoreElements(),
  );

/** The client's own process: it asks the worker by name, and lives on when the worker dies. */
export const front: Behavior = (inbox, self) =>
  inbox.pipe(
    ofTopic(ws.message),
    act(({ payload: { client_pid, data } }) =>
      self.call('worker', double, String(data)).pipe(
        // Nobody of that name: it is being restarted. (One that died of this very message is Unavailable.)
        retry({
          count: 8,
          delay: (error) => (isAbsent(error) ? timer(250) : throwError(() => error)),
        }),
        catchError((error) => of(`failed: ${error.code}`)),
        map((text) => send(client_pid, ws.send, { type: 'text', data: text })),
      ),
    ),
  );

const isAbsent = (error: unknown): boolean =>
  error instanceof ProcessError && error.code === 'NotFound';

const system = createSystem();
const relay = websocketRelay(system);
const app = express();
system.spawn(keeper, { name: 'keeper' });

app.use('/ws', relay);
app.get('/ws/double', (_request, response) => {
  setRelay(response, { target: front }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
