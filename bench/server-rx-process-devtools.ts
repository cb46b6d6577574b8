// The same as server-rx-process.ts with devtools mounted, at which nobody looks.
import { createServer } from 'node:http';
import express from 'express';
import { builtDevtools, rxProcess } from './lib/built.js';
import { echo } from './lib/echo.js';
import { listen, stats } from './lib/serve.js';

const { acceptUpgrades, createSystem, setRelay, websocketRelay } = await rxProcess();
const { devtools } = await builtDevtools();

const system = createSystem();
const app = express();
app.get('/stats', stats);
app.use('/devtools', devtools(system));
app.use('/ws', websocketRelay(system));
app.get('/ws', (_request, response) => {
  setRelay(response, { target: echo }).end();
});

const server = createServer(app);
acceptUpgrades(server);
listen(server);
