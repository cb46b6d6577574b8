// The same by Socket.IO and its adapter over streams of Redis. `--redis <port>`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const { values } = parseArgs({
  options: { redis: { type: 'string', default: '' }, name: { type: 'string' } },
});
const server = createServer();
const adapter = createAdapter(new Redis(Number(values.redis)));
const io = new Server(server, { perMessageDeflate: false, adapter });
io.on('connection', (socket) => {
  socket.join('room');
  socket.on('echo', (text) => io.to('room').emit('echo', text));
});
server.listen(0, '127.0.0.1', () => console.log(`READY ${(server.address() as AddressInfo).port}`));
