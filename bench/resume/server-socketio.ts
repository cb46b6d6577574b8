// Socket.IO with its recovery of connections, of which a crowd is sent away at once.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { NEWS, PERIOD } from '../lib/resume.js';
import { listen, stats } from '../lib/serve.js';

const server = createServer((request, response) => {
  if (request.url === '/stats') return void stats(request, response);
  if (request.url !== '/away') return;
  // Its clients choose a time by themselves.
  for (const socket of crowd()) socket.conn.close();
  response.end('{}');
});
const io = new Server(server, {
  perMessageDeflate: false,
  connectionStateRecovery: { maxDisconnectionDuration: 30_000, skipMiddlewares: true },
});
const crowd = () => [...io.sockets.sockets.values()].filter(({ rooms }) => rooms.has(NEWS));

io.on('connection', (socket) => {
  socket.on('join', (joined: () => void) => {
    socket.join(NEWS);
    joined();
  });
  socket.on('echo', (answer: () => void) => answer());
});
let count = 0;
setInterval(() => {
  count += 1;
  io.to(NEWS).emit(NEWS, count);
}, PERIOD);

listen(server);
