// What Express itself costs a connect: plain `ws` echo, its upgrade requests run through a bare
// Express app with one route, with nothing of ours between.
import { createServer, ServerResponse } from 'node:http';
import express from 'express';
import { WebSocketServer } from 'ws';
import { listen, stats } from './lib/serve.js';

const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
wss.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

const app = express();
app.get('/stats', stats);
app.get('/ws', (request, response) => {
  response.detachSocket(request.socket);
  wss.handleUpgrade(request, request.socket, Buffer.alloc(0), (socket) =>
    wss.emit('connection', socket),
  );
});

const server = createServer(app);
server.on('upgrade', (request) => {
  const response = new ServerResponse(request);
  response.assignSocket(request.socket);
  app(request as express.Request, response as express.Response);
});
listen(server);
