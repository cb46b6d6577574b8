// A whole chat: rooms with their users and their last messages, direct messages, a logout, a list of rooms.
//
//   node --import tsx examples/02c-whole-chat.ts ws://127.0.0.1:3000/ws/chat?room=lobby&user=ada
//
// Clients send JSON: { type: 'say', text }, { type: 'direct', to, text }, { type: 'typing' }, and to see what
// a bug does, { type: 'bug' }.
import express from 'express';
import * as rx from 'rx-process';
import {
  acceptUpgrades,
  json,
  parseJson,
  type RelayBehavior,
  setRelay,
  websocketRelay,
  wsOf,
} from 'rx-process/express';
import { firstValueFrom } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

interface Member {
  readonly user: string;
  readonly room: string;
}
const ws = wsOf<Member>();

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 2_000;

const tell = (pid: rx.Pid, message: object) => rx.send(pid, ws.send, json(message));

export const room: RelayBehavior<Member> = (inbox, self) => {
  const users = new Map<rx.Pid, string>();
  const history: object[] = [];
  // The group is named after the room; a client leaves it by its end.
  const tellAll = (message: object, except?: rx.Pid) =>
    rx.broadcast(self.pid, ws.send, json(message), { except });

  const hear = (pid: rx.Pid, user: string, said: unknown): rx.Command[] => {
    // What a client sends may be anything: `Object` makes an object of it, and each field is checked.
    const { type, to, text }: Record<string, unknown> = Object(said);
    if (type === 'bug') throw new Error('a bug');
    if (type === 'typing') return [tellAll({ type, user }, pid)];
    if (type === 'say' && isText(text)) {
      history.push({ user, text });
      if (history.length > 20) history.shift();
      return [tellAll({ type: 'said', user, text }, pid)];
    }
    if (type === 'direct' && isText(text)) {
      const found = [...users].filter(([, name]) => name === to);
      if (found.length === 0) return [tell(pid, { type: 'error', error: 'no such user' })];
      return found.map(([other]) => tell(other, { type, user, text }));
    }
    return [tell(pid, { type: 'error', error: 'bad message' })];
  };

  return inbox.pipe(
    rx.ofTopic(ws.join, ws.message, ws.leave),
    // A bug costs no more than the message that has met it: `act` reports it, and everybody stays.
    rx.act((message): rx.Command[] => {
      const { client_pid: pid, metadata } = message.payload;
      const { user } = metadata;
      if (rx.is(message, ws.message)) return hear(pid, user, parseJson(message.payload.data));
      if (rx.is(message, ws.leave)) {
        users.delete(pid);
        return [tellAll({ type: 'left', user, users: [...users.values()] })];
      }
      users.set(pid, user);
      return [
        tell(pid, { type: 'history', messages: history }),
        rx.join(self.pid, pid),
        tellAll({ type: 'joined', user, users: [...users.values()] }),
      ];
    }),
  );
};

export const system = rx.createSystem();
const relay = websocketRelay(system);
export const app = express();
system.spawn(rx.supervise({ children: [] }), { name: 'rooms' });

app.use('/ws', relay);
app.get('/ws/chat', async ({ query: { room: name = 'lobby', user } }, response) => {
  if (!isText(user)) return void response.sendStatus(401);
  if (!isText(name)) return void response.sendStatus(400);
  // A room stays when all have left, and keeps its messages: where strangers choose names, bound their number.
  // One that crashes all the same closes its clients (1011), and is started by the first that comes back.
  const room$ = rx.ensureChild(system, 'rooms', name, { behavior: room, restart: 'temporary' });
  const target_pid = await firstValueFrom(room$);
  setRelay(response, { target_pid, metadata: { user, room: name } }).end();
});

app.post('/logout/:user', ({ params }, response) => {
  const here = relay.connections().filter(({ metadata }) => metadata.user === params.user);
  for (const { pid } of here) system.send(pid, ws.close, { code: 4001, reason: 'logged out' });
  response.sendStatus(204);
});

app.get('/rooms', (_request, response) => {
  const rooms = new Map<unknown, unknown[]>();
  for (const { metadata } of relay.connections()) {
    rooms.set(metadata.room, [...(rooms.get(metadata.room) ?? []), metadata.user]);
  }
  response.json(Object.fromEntries(rooms));
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
