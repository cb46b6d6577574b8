// The handler as a loop: an async generator that pulls its messages and yields its commands.
//
//   node --import tsx examples/04-generator.ts   ws://127.0.0.1:3000/ws/hall
//
// Clients send JSON; everybody in the hall gets it as { event: 'said', value }.
import express from 'express';
import { type Behavior, type Command, createSystem, is, type Pid, receive, send } from 'rx-process';
import { acceptUpgrades, json, parseJson, setRelay, websocketRelay, ws } from 'rx-process/express';
import { isMain, listen } from './lib/listen.js';

export const hall: Behavior = async function* (inbox) {
  // State is a variable: no other process can reach it, and no two messages are in work at once.
  const clients = new Set<Pid>();

  function* broadcast(message: object): Iterable<Command> {
    const frame = json(message);
    for (const pid of clients) yield send(pid, ws.send, frame);
  }

  // The loop ends when the process does; a `finally` here would run then.
  for await (const message of receive(inbox)) {
    if (is(message, ws.join)) {
      clients.add(message.payload.client_pid);
      yield* broadcast({ event: 'clients', value: clients.size });
    } else if (is(message, ws.message)) {
      // What a client sends may be anything, and an error thrown in the loop would end the process.
      const { client_pid, data } = message.payload;
      const value = parseJson(data);
      if (value !== undefined) yield* broadcast({ event: 'said', value });
      else yield send(client_pid, ws.close, { code: 1003, reason: 'send JSON' });
    } else if (is(message, ws.leave)) {
      clients.delete(message.payload.client_pid);
      yield* broadcast({ event: 'clients', value: clients.size });
    }
  }
};

const system = createSystem();
const relay = websocketRelay(system);
const app = express();
const target_pid = system.spawn(hall, { name: 'hall' });

app.use('/ws', relay);
app.get('/ws/hall', (_request, response) => {
  setRelay(response, { target_pid }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
