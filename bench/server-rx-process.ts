// The relay: each connection gets an echo process of its own, through an Express route.
import { createServer } from 'node:http';
import express from 'express';
import { rxProcess } from './lib/built.js';
import { echo } from './lib/echo.js';
import { listen, stats } from './lib/serve.js';

const { acceptUpgrades, createSystem, setRelay, websocketRelay } = await rxProcess();

const system = createSystem();
const app = express();
app.get('/stats', stats);
app.use('/ws', websocketRelay(system));
app.get('/ws', (_request, response) => {
  setRelay(response, { target: echo }).end();
});

const server = createServer(app);
acceptUpgrades(server);
listen(server);
