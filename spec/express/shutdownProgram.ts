// Everything that could keep Node alive, then a shutdown; run by shutdown.spec.ts as a program of its own.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { concat, finalize, firstValueFrom, interval, NEVER, of } from 'rxjs';
import WebSocket from 'ws';
import { acceptUpgrades, setRelay, websocketRelay } from '../../lib/express/index.js';
import { createSystem, every, receive, sendAfter } from '../../lib/index.js';

const system = createSystem({ logger: false });
const log = (line: string): void => console.log(line);

const silent = system.spawn(() => NEVER);
system.spawn(
  () => interval(10_000).pipe(finalize(() => log('the interval is torn down'))) as never,
);
system.spawn((_inbox, self) => self.call(silent, 'question', 1, { timeout: '1h' }) as never);
system.call(silent, 'question', 1, { timeout: '1h' }).subscribe({ error: () => log('call over') });
system.spawn(() =>
  concat(of(every('1h', silent, 'tick', 1), sendAfter('1h', silent, 'due', 1)), NEVER),
);
system.cancel(silent, { deadline: '1h' });
system.spawn(async function* (inbox) {
  for await (const _ of receive(inbox)) yield;
});
// Asks for time and uses none of it: ended by force.
system.spawn((_inbox, self) => {
  void self.abortSignal;
  return NEVER;
});

const app = express();
app.use('/ws', websocketRelay(system));
app.get('/ws', (_req, res) => {
  setRelay(res, { target: () => NEVER, heartbeat_interval: '1h' }).end();
});
const server = app.listen(0);
acceptUpgrades(server);
await once(server, 'listening');
const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`);
client.on('close', (code) => log(`client closed ${code}`));
await once(client, 'open');
await firstValueFrom(interval(30));

server.close();
await system.shutdown({ timeout: 200 });
log(`down with ${system.processes().length} processes`);
