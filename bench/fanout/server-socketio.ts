// A Socket.IO room, as its documentation shows it.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listen, statsOnly } from '../lib/serve.js';

const server = createServer(statsOnly);
const io = new Server(server, { perMessageDeflate: false });

io.on('connection', (socket) => {
  socket.join('room');
  socket.on('echo', (text) => io.to('room').emit('echo', text));
});

listen(server);
