// A router, its relay and its endpoints come from a file, 15-config.yaml; code names only who answers.
//
//   node --import tsx examples/15-config.ts    ws://127.0.0.1:3000/ws/rooms/lobby, and /ws/me?user=ada
import { readFileSync } from 'node:fs';
import express, { type RequestHandler } from 'express';
import { createSystem, is, ofTopic, send } from 'rx-process';
import { loadRouters } from 'rx-process/config';
import { acceptUpgrades, type RelayBehavior, setRelay, ws } from 'rx-process/express';
import { map } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const greeter: RelayBehavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join, ws.message),
    map((message) => {
      const { client_pid, metadata } = message.payload;
      const said = is(message, ws.message) ? message.payload.data : 'hello';
      return send(client_pid, ws.send, { data: `${JSON.stringify(metadata)} ${said}` });
    }),
  );

const me: RequestHandler = (request, response) => {
  const { user } = request.query;
  if (typeof user !== 'string') return void response.status(401).send('Who are you?');
  setRelay(response, { target: greeter, metadata: { user } }).end();
};

const system = createSystem();
system.define('chat:room', greeter);

const app = express();
const file = '15-config.yaml';
loadRouters(readFileSync(new URL(file, import.meta.url), 'utf8'), {
  ...{ system, file },
  servers: { gateway: app },
  handlers: { me },
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { system }));
