/**
 * Subscribes connections at fake sockets to channels, and prints how many bytes of heap a subscription takes: arguments
 * are how many connections, how many subscriptions each, and how many channels. Run it with --expose-gc.
 */
import { argv } from 'node:process';
import { NEVER } from 'rxjs';
import { createWebSocketManager } from '../../../lib/channels/index.js';
import type { Pid } from '../../../lib/index.js';
import { Hub } from '../../../lib/relay/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { fakeSocket } from '../../../lib/testing/marbles/fakeSocket.js';

const [connections = 0, each = 0, channels = 0] = argv.slice(2).map(Number);
const system = testSystem();
const hub = new Hub(system);
const manager = createWebSocketManager(system);
system.flush();

const config = { rejoin: 0, message_topic: 'ws.message', heartbeat_interval: 0, expires_at: 0 };
const pids = Array.from({ length: connections }, () => {
  const socket = fakeSocket({ events$: NEVER });
  return hub.connect(socket, { ...config, target: manager.pid, metadata: {} }) as Pid;
});
system.flush();
const names = Array.from({ length: channels }, (_, i) => `chat:room${i}`);
// The channels are there before; and their first member, as a table that was never used is smaller than an empty one.
for (const name of names) manager.channels.subscribe(name, 'someone');

const heap = (): number => {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const before = heap();
pids.forEach((pid, i) => {
  for (let k = 0; k < each; k++) {
    manager.channels.subscribe(names[(i + k * 7) % channels] as string, pid);
  }
});
system.flush();
const after = heap();
const count = names.reduce((sum, name) => sum + manager.channels.subscriberCount(name) - 1, 0);
console.log(JSON.stringify({ count, bytes: Math.round((after - before) / count) }));
