// The baseline: the loop of the `ws` documentation. Whatever a client says is told to all.
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { listen, statsOnly } from '../lib/serve.js';

const server = createServer(statsOnly);
const sockets = new WebSocketServer({ server, path: '/ws', perMessageDeflate: false });

sockets.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => {
    for (const client of sockets.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
    }
  });
});

listen(server);
