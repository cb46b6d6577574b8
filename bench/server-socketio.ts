// Socket.IO as its documentation shows it: an `echo` event answered by an `echo` event, no acks.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listen, statsOnly } from './lib/serve.js';

const server = createServer(statsOnly);
const io = new Server(server, { perMessageDeflate: false });

io.on('connection', (socket) => {
  socket.on('echo', (text) => socket.emit('echo', text));
});

listen(server);
