// Every connection gets an echo process of its own: text comes back as text, bytes as bytes.
//
//   node --import tsx examples/01-echo.ts        ws://127.0.0.1:3000/ws/echo
import express from 'express';
import { type Behavior, createSystem, is, ofTopic, send } from 'rx-process';
import { acceptUpgrades, setRelay, websocketRelay, ws } from 'rx-process/express';
import { map, takeWhile } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

// A behaviour is a function from the stream of messages to a stream of commands. Nothing in it knows
// of sockets, and nothing is performed here: the commands are data, so a marble diagram can test it.
export const echo: Behavior = (inbox) =>
  inbox.pipe(
    // The end of the stream is the end of the process.
    takeWhile((message) => !is(message, ws.leave)),
    ofTopic(ws.message),
    map(({ payload: { client_pid, type, data } }) => send(client_pid, ws.send, { type, data })),
  );

const system = createSystem();
const relay = websocketRelay(system);
const app = express();

// First the relay, then the handlers whose answers it is to read.
app.use('/ws', relay);
app.get('/ws/echo', (_request, response) => {
  // The handler answers with a process. It is spawned when the client is through, and not before.
  setRelay(response, { target: echo }).end();
});

// `acceptUpgrades` runs WebSocket handshakes through the application, like any other request.
if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
