// A channel on one of several nodes: what one member says is sent to all, on all nodes. `--nats <url> --name <name>`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import express from 'express';
import { builtCluster, rxProcess } from '../lib/built.js';

const { acceptUpgrades, createSystem, createWebSocketManager, WebSocketMessage, websocketRoutes } =
  await rxProcess();
const { incarnate, joinCluster } = await builtCluster();
const { values } = parseArgs({
  options: { nats: { type: 'string', default: '' }, name: { type: 'string', default: 'a' } },
});
const system = createSystem({ node: incarnate(values.name), logger: false });
const cluster = joinCluster(system, { servers: values.nats, cluster: 'across' });
await cluster.ready();
const manager = createWebSocketManager(system, { cluster });
const room = manager.channel('room');
room.messages$.subscribe(({ payload }) => {
  room.send(WebSocketMessage.text(payload as string));
});
const server = createServer(express().use(websocketRoutes(manager)));
acceptUpgrades(server);
server.listen(0, '127.0.0.1', () => console.log(`READY ${(server.address() as AddressInfo).port}`));
