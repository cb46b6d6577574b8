// An HTTP handler asks a process; what went wrong, if anything did, decides the status of its answer.
//
//   node --import tsx examples/09-call-reply.ts
//   curl http://127.0.0.1:3000/price/quick/apples      also: broken, slow, nobody
import { setTimeout } from 'node:timers/promises';
import express, { type ErrorRequestHandler } from 'express';
import * as rx from 'rx-process';
import { firstValueFrom } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

type Quote = (thing: string) => Promise<number>;
const quote = rx.topic<string, number>('quote');

/** Asks one supplier, one question after the other; what it cannot handle ends it, and it is restarted. */
export const supplier: rx.Behavior = (inbox, self) => {
  const [ask] = self.args as readonly [Quote];
  return inbox.pipe(
    rx.ofTopic(quote),
    rx.act(async (message) => rx.reply(message, await ask(message.payload)), { onError: 'crash' }),
  );
};

// They stand for three services elsewhere.
const services: Record<string, Quote> = {
  quick: async (thing) => thing.length * 10,
  slow: (thing) => setTimeout(1_000, thing.length * 10),
  broken: () => Promise.reject(new Error('no contract')),
};

const STATUS: Partial<Record<rx.ProcessErrorCode, number>> = {
  NotFound: 404, // nobody of that name
  Unavailable: 503, // it ended before it answered
  Timeout: 504, // it is still at work
};

/** Once for all handlers: Express brings here what a promise rejects with. */
const byCode: ErrorRequestHandler = (error, _request, response, next) => {
  const status = error instanceof rx.ProcessError ? STATUS[error.code] : undefined;
  if (status === undefined) return next(error);
  response.status(status).json({ error: error.code });
};

const system = rx.createSystem();
const app = express();
const children = Object.entries(services).map(
  ([id, ask]): rx.ChildSpec => ({ id, behavior: supplier, name: `supplier:${id}`, args: [ask] }),
);
system.spawn(rx.supervise({ children, intensity: 100, period: '1s' }));

app.get('/price/:supplier/:thing', async (request, response) => {
  const { supplier: id, thing } = request.params;
  // The name has a prefix: what a client sends is never a PID.
  const cents$ = system.call(`supplier:${id}`, quote, thing, { timeout: '200ms' });
  response.json({ thing, cents: await firstValueFrom(cents$) });
});
app.use(byCode);

if (isMain(import.meta)) listen(app, { system });
