// One node of the cluster: a chat whose room, history and list of people are the same on all nodes.
//   node --import tsx examples/20-cluster/node.ts <name>     with PORT and NATS_URL; start.ts starts three of them
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createSystem, reply } from 'rx-process';
import { channel, createWebSocketManager, emit, ofEvent } from 'rx-process/channels';
import { incarnate, joinCluster } from 'rx-process/cluster';
import { acceptUpgrades, clientFiles, websocketRoutes } from 'rx-process/express';
import { jetStreamStore } from 'rx-process/jetstream';
import { mergeMap } from 'rxjs';
import { said, say } from '../lib/chatEvents.js';
import { listen } from '../lib/listen.js';

const [name = 'a'] = process.argv.slice(2);
const servers = process.env.NATS_URL ?? '127.0.0.1:4222';

const system = createSystem({ node: incarnate(name) });
const cluster = joinCluster(system, {
  servers,
  cluster: 'chat',
});
cluster.nodes$.subscribe((event) => console.log(name, 'sees', event.kind));
await cluster.ready();

const chat = channel('chat:*', {
  events: [say],
  history: { size: 100, ttl: '1h', store: await jetStreamStore({ servers, cluster: 'chat' }) },
  presence: { meta: () => ({ node: name }) },
  // It runs on one node, whichever was asked for it first, and on another one when that is lost.
  behavior: (inbox) =>
    inbox.pipe(
      ofEvent(say),
      mergeMap((message) => {
        const { connection, data } = message;
        const user = `${connection.identity} (room on ${name})`;
        return [emit(said, { user, ...data }), reply(message, null)];
      }),
    ),
});
const manager = createWebSocketManager(system, {
  cluster,
  channels: [chat],
  implicitChannels: false,
});
const routes = websocketRoutes(manager, {
  connect: ({ query: { user } }) =>
    typeof user === 'string' && user !== ''
      ? { identity: user }
      : { status: 400, body: 'user: give a name' },
});

const app = express();
app.use(routes);
app.use('/rx-process', clientFiles());
app.use(express.static(fileURLToPath(new URL('page', import.meta.url))));
app.use(express.static(fileURLToPath(new URL('../lib/page', import.meta.url))));
acceptUpgrades(listen(app, { relay: routes, system }));
