// The baseline: a plain `ws` echo on a bare HTTP server.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { listen, statsOnly } from './lib/serve.js';

const server = createServer(statsOnly);
const sockets = new WebSocketServer({ server, path: '/ws', perMessageDeflate: false });

sockets.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

listen(server);
