// One chat, and three pages that meet in it, of plain JavaScript, with React and with Angular; in a clone:
//   npm run build:browser && npx tsx examples/18b-frameworks.ts
// and open /plain/?user=ann, /react/?user=bob and /angular/?user=cleo. Stop the server, start it again, and chat on.
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';
import { createSystem, reply } from 'rx-process';
import { channel, createWebSocketManager, emit, ofEvent } from 'rx-process/channels';
import { acceptUpgrades, clientFiles, websocketRoutes } from 'rx-process/express';
import { mergeMap } from 'rxjs';
import { bundled } from './lib/bundled.js';
import { said, say } from './lib/chatEvents.js';
import { listen } from './lib/listen.js';

const chat = channel('chat:*', {
  events: [say],
  presence: true,
  history: { size: 50 },
  behavior: (inbox) =>
    inbox.pipe(
      ofEvent(say),
      mergeMap((message) => {
        const { connection, data } = message;
        return [emit(said, { user: connection.identity ?? '', ...data }), reply(message, null)];
      }),
    ),
});

const system = createSystem();
const manager = createWebSocketManager(system, { channels: [chat], implicitChannels: false });
const routes = websocketRoutes(manager, {
  // Who is it? Ask your session: a client may say what it likes.
  connect: ({ query: { user } }) =>
    typeof user === 'string' && user !== ''
      ? { identity: user }
      : { status: 400, body: 'user: give a name' },
});
const folder = (path: string): RequestHandler =>
  express.static(fileURLToPath(new URL(path, import.meta.url)));

const app = express();
app.use(routes);
app.use('/rx-process', clientFiles());
app.get('/react/main.js', bundled(new URL('react/main.tsx', import.meta.url)));
app.get('/angular/main.js', bundled(new URL('angular/main.ts', import.meta.url)));
for (const page of ['plain', 'react', 'angular']) app.use(`/${page}`, folder(page));
app.use(folder('lib/page'));

acceptUpgrades(listen(app, { relay: routes, system }));
