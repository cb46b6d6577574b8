// One node of `bench:restart`: `--servers <url> --name <name> --port <n>`; says READY <port>, publishes a count each 100 ms into
// a channel with a history in JetStream, and leaves in order at SIGTERM.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import express from 'express';
import { lastValueFrom } from 'rxjs';
import { builtCluster, builtJetStream, rxProcess } from '../lib/built.js';

const {
  acceptUpgrades,
  channel,
  createSystem,
  createWebSocketManager,
  WebSocketMessage,
  websocketRoutes,
} = await rxProcess();
const { incarnate, joinCluster } = await builtCluster();
const { jetStreamStore } = await builtJetStream();
const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '' },
    name: { type: 'string', default: 'a' },
    port: { type: 'string', default: '0' },
  },
});
const { servers } = values;
const id = incarnate(values.name);
const system = createSystem({ node: id, logger: false });
const cluster = joinCluster(system, {
  servers,
  cluster: 'restart',
});
await cluster.ready();
const store = await jetStreamStore({ servers, cluster: 'restart' });
const history = { size: 10_000, ttl: '10m', bytes: 4 * 2 ** 20, recover: 5_000, store };
const manager = createWebSocketManager(system, {
  cluster,
  channels: [channel('news', { history })],
});
const routes = websocketRoutes(manager);
const app = express().use(routes);
const server = createServer(app);
acceptUpgrades(server);

let count = 0;
const ticking = setInterval(() => {
  count += 1;
  manager.sendToChannel('news', WebSocketMessage.event('news', { from: id, count }));
}, 100);

process.once('SIGTERM', async () => {
  clearInterval(ticking);
  server.close();
  await lastValueFrom(routes.drain({ deadline: '5s', retryAfter: '100ms', jitter: '500ms' }));
  await system.shutdown();
  await store.close?.();
  console.log(JSON.stringify({ id, count }));
  process.exit(0);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`READY ${(server.address() as AddressInfo).port}`);
});
