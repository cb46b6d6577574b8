// A whole chat on channels: rooms with names, typing, the last messages, direct ones, private rooms, moderators, a logout.
//
//   node --import tsx examples/12b-channel-chat.ts    ws://127.0.0.1:3000/ws?user=ada
//
// { id: 1, type: 'system', payload: { command: 'subscribe', channel: 'chat:lobby' } } is answered with the room's state;
// { id: 2, type: 'event', channel: 'chat:lobby', payload: { event: 'say', data: { text: 'hi' } } } says something.
// The first in a room moderates it: `kick` and `invite`. To `chat:private:…` only the invited come.
import express from 'express';
import * as t from 'io-ts';
import { type Command, createSystem, is, ofTopic, type Pid, reply } from 'rx-process';
import * as rx from 'rx-process/channels';
import { acceptUpgrades, websocketRoutes } from 'rx-process/express';
import { map, merge, mergeMap } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 2_000;
const text = t.refinement(t.string, isText, '1 to 2,000 characters');

// What clients send: what does not fit is answered, and no handler sees it.
const say = rx.event('say', { data: t.type({ text }) });
const direct = rx.event('direct', { data: t.type({ to: t.string, text }) });
const typing = rx.event('typing');
const kick = rx.event('kick', { data: t.type({ user: t.string }) });
const invite = rx.event('invite', { data: t.type({ user: t.string }) });
// What they hear.
const said = rx.event<{ user: string; text: string }>('said');
const types = rx.event<{ user: string }>('typing');
const told = rx.event<{ user: string; text: string }>('told');
const here = rx.event<{ users: string[]; moderator: string | undefined }>('here');

type Said = rx.ChannelCommand | Command;
const nameOf = ({ identity = '' }: rx.Connection) => identity;

/** A room: whatever it knows is its own, also who may come in. */
const room: rx.ChannelBehavior = (inbox, self) => {
  const isPrivate = self.args[0].channel.startsWith('chat:private:');
  const users = new Map<Pid, string>();
  const invited = new Set<string>();
  const lines: object[] = [];
  let moderator: string | undefined;

  const pidsOf = (user: string | undefined) =>
    [...users].filter(([, name]) => name === user).map(([pid]) => pid);
  const isModerator = ({ connection }: rx.RoomMessage<unknown>) => nameOf(connection) === moderator;

  const on = <D>(event: rx.EventType<D>, answer: (m: rx.RoomMessage<D>) => Said[]) =>
    inbox.pipe(rx.ofEvent(event), mergeMap(answer));

  return merge(
    inbox.pipe(
      ofTopic(rx.room.join),
      map((message) => {
        const user = nameOf(message.payload.request.connection);
        moderator ??= user;
        if (isPrivate && user !== moderator && !invited.has(user)) return rx.refuse(message);
        return rx.accept(message, { state: { lines } });
      }),
    ),
    inbox.pipe(
      ofTopic(rx.room.joined, rx.room.left),
      map((message) => {
        const { connection } = message.payload;
        if (is(message, rx.room.joined)) users.set(connection.pid, nameOf(connection));
        else users.delete(connection.pid);
        // Who moderates has gone, or a crash has forgotten who it was: the next one does.
        if (pidsOf(moderator).length === 0) [moderator] = users.values();
        return rx.emit(here, { users: [...users.values()], moderator });
      }),
    ),
    on(say, (message) => {
      const line = { user: nameOf(message.connection), text: message.data.text };
      lines.push(line);
      if (lines.length > 20) lines.shift();
      return [rx.emit(said, line), reply(message, null)];
    }),
    on(direct, (message) => {
      const { to, text } = message.data;
      const line = { user: nameOf(message.connection), text };
      const pids = pidsOf(to);
      if (pids.length === 0) return [rx.refuse(message, 'not_found', 'no such user')];
      return [...pids.map((pid) => rx.push(pid, told, line)), reply(message, null)];
    }),
    on(typing, ({ connection }) => [
      rx.emit(types, { user: nameOf(connection) }, { exclude: [connection.pid] }),
    ]),
    on(invite, (message) => {
      if (!isModerator(message)) return [rx.refuse(message, 'denied')];
      invited.add(message.data.user);
      return [reply(message, null)];
    }),
    on(kick, (message) => {
      if (!isModerator(message)) return [rx.refuse(message, 'denied')];
      invited.delete(message.data.user);
      return [...pidsOf(message.data.user).map((pid) => rx.kick(pid)), reply(message, null)];
    }),
  );
};

const system = createSystem();
const manager = rx.createWebSocketManager(system, {
  channels: [
    rx.channel('chat:*', {
      behavior: room,
      admit: 'behavior',
      events: [say, direct, typing, kick, invite],
    }),
  ],
  implicitChannels: false,
});
const routes = websocketRoutes(manager, {
  connect: ({ query: { user } }) =>
    isText(user) && user.length <= 32 ? { identity: user } : { status: 401 },
});
const app = express();
app.use(routes);

app.post('/logout/:user', ({ params }, response) => {
  for (const id of manager.getConnectionIds()) {
    if (manager.getConnectionMetadata(id)?.identity !== params.user) continue;
    manager.closeConnection(id, 4001, 'logged out');
  }
  response.sendStatus(204);
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay: routes, system }));
