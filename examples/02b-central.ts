// One central manager process that tracks who is in which room; a client may change rooms.
//
//   node --import tsx examples/02b-central.ts    ws://127.0.0.1:3000/ws/chat?room=lobby&user=ada
//
// Text is said to the room; `/join kitchen` moves to another, `/rooms` lists them all.
import express from 'express';
import {
  type Behavior,
  type Command,
  createSystem,
  is,
  ofTopic,
  type Pid,
  send,
  transition,
} from 'rx-process';
import { acceptUpgrades, json, setRelay, websocketRelay, ws } from 'rx-process/express';
import { isMain, listen } from './lib/listen.js';

/** Where everybody is. A room is there while somebody is in it: nothing to start, nothing to end. */
type Places = ReadonlyMap<Pid, string>;

const say = (pid: Pid, message: object): Command => send(pid, ws.send, json(message));

const sayIn = (places: Places, room: string, message: object): Command[] =>
  [...places].filter(([, place]) => place === room).map(([pid]) => say(pid, message));

export const manager: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join, ws.message, ws.leave),
    transition([new Map() as Places], (places, message) => {
      const { client_pid: pid, metadata } = message.payload;
      const move = (room: unknown): Places => new Map(places).set(pid, String(room));

      if (is(message, ws.message)) {
        const text = String(message.payload.data);
        const [, command, room] = /^\/(join|rooms)\b ?(.*)$/.exec(text) ?? [];
        if (command === 'join') return [move(room), say(pid, { room })];
        if (command === 'rooms')
          return [places, say(pid, { rooms: [...new Set(places.values())] })];
        const here = String(places.get(pid));
        return [places, ...sayIn(places, here, { room: here, user: metadata.user, text })];
      }
      if (is(message, ws.leave)) return [new Map([...places].filter(([other]) => other !== pid))];
      return [move(metadata.room)];
    }),
  );

const system = createSystem();
const relay = websocketRelay(system);
const app = express();
const target_pid = system.spawn(manager, { name: 'manager' });

app.use('/ws', relay);
app.get('/ws/chat', (request, response) => {
  const { room = 'lobby', user = 'somebody' } = request.query;
  setRelay(response, { target_pid, metadata: { room, user } }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
