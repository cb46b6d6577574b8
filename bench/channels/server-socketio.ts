// Socket.IO's rooms, joined and left by the server.
import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { listen } from '../lib/serve.js';
import { subscriptions } from '../lib/subscriptions.js';

const server = createServer();
const io = new Server({ perMessageDeflate: false });
server.on(
  'request',
  subscriptions<Socket>({
    connections: () => [...io.sockets.sockets.values()],
    subscribe: (socket, room) => socket.join(room),
    leave: (socket, room) => socket.leave(room),
  }),
);
io.attach(server);

listen(server);
