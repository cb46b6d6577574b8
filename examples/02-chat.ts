// Rooms as processes: each room is one process, which the connections of all its members share.
//
//   node --import tsx examples/02-chat.ts        ws://127.0.0.1:3000/ws/chat?room=lobby&user=ada
import express from 'express';
import {
  type Behavior,
  broadcast,
  createSystem,
  done,
  is,
  join,
  ofTopic,
  type Pid,
  reply,
  topic,
} from 'rx-process';
import { acceptUpgrades, json, setRelay, websocketRelay, ws } from 'rx-process/express';
import {
  defer,
  firstValueFrom,
  map,
  merge,
  NEVER,
  retry,
  scan,
  startWith,
  switchMap,
  timer,
} from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const enter = topic<void, Pid>('room.enter');
const PATIENCE = 15_000; // longer than a handshake may take

export const room: Behavior = (inbox, self) => {
  // The members are a group, which a client leaves by its end: there is no list to keep.
  const talk$ = inbox.pipe(
    ofTopic(ws.join, ws.message),
    map((message) => {
      const { client_pid, metadata } = message.payload;
      if (!is(message, ws.message)) return join(self.pid, client_pid);
      const said = { user: metadata.user, text: message.payload.data };
      return broadcast(self.pid, ws.send, json(said));
    }),
  );
  // Who asks first finds the room still there: the answer starts its patience anew.
  const welcome$ = inbox.pipe(
    ofTopic(enter),
    map((message) => reply(message, self.pid)),
  );
  const deserted$ = inbox.pipe(
    ofTopic(enter, ws.join, ws.leave),
    scan((count, m) => count + (is(m, ws.join) ? 1 : is(m, ws.leave) ? -1 : 0), 0),
    startWith(0),
    switchMap((count) => (count > 0 ? NEVER : timer(PATIENCE))),
    map(() => done()),
  );
  return merge(talk$, welcome$, deserted$);
};

const system = createSystem();
const relay = websocketRelay(system);
const app = express();

app.use('/ws', relay);
app.get('/ws/chat', async (request, response) => {
  // Not a handshake: no room is started for it.
  if (request.headers.upgrade === undefined) return void response.sendStatus(426);
  const { room: name = 'lobby', user = 'somebody' } = request.query;
  // Find the room by its name, or start it; should it end before it answers, do it once more.
  const room$ = defer(() => system.call(system.ensure(`room:${name}`, room), enter));
  const target_pid = await firstValueFrom(room$.pipe(retry(2)));
  setRelay(response, { target_pid, metadata: { user } }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
