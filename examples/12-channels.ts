// Rooms as channels, for clients that are no more than a browser's WebSocket: they subscribe by path or by command.
//
//   node --import tsx examples/12-channels.ts    ws://127.0.0.1:3000/ws/chat:general?user=ada
//
// To a room a client says { type: 'text', channel: 'chat:general', payload: 'hello' }. It may be in several:
// { type: 'system', payload: { command: 'subscribe', channel: 'chat:support' } }; also unsubscribe, list_channels.
import express from 'express';
import { createSystem } from 'rx-process';
import {
  ChatMessage,
  ChatService,
  type Connection,
  createWebSocketManager,
} from 'rx-process/channels';
import { acceptUpgrades, websocketRoutes } from 'rx-process/express';
import { filter } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const ROOMS = { general: 'General Discussion', support: 'Questions and answers' };

const system = createSystem();
// There are these rooms and no others, whatever clients subscribe.
const manager = createWebSocketManager(system, { implicitChannels: false });
const chat = new ChatService(manager);
const nameOf = ({ identity = 'somebody' }: Connection): string => identity;

for (const [room, description] of Object.entries(ROOMS)) {
  chat.createRoom(room, description);
  const { members$, messages$ } = manager.channel(`chat:${room}`);
  members$.subscribe(({ type, connection }) => {
    if (type === 'joined') chat.notifyUserJoined(room, nameOf(connection));
    else chat.notifyUserLeft(room, nameOf(connection));
  });
  // What a client says goes to a stream, and to nobody by itself: what is broadcast is what is sent here.
  messages$.pipe(filter(({ type }) => type === 'text')).subscribe(({ connection, payload }) => {
    chat.sendMessage(room, new ChatMessage(nameOf(connection), String(payload)));
  });
}

const routes = websocketRoutes(manager, {
  connect: ({ query: { user } }) => {
    const isName = typeof user === 'string' && user !== '' && user.length <= 32;
    return isName ? { identity: user } : { status: 401, body: 'Who? Add ?user=' };
  },
});
const app = express();
app.use(routes);
app.get('/rooms', (_request, response) => {
  response.json(Object.fromEntries(chat.listRooms().map((r) => [r, chat.roomUserCount(r)])));
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay: routes, system }));
