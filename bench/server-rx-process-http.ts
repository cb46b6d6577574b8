// The relay without Express: each connection gets an echo process of its own.
import { createServer } from 'node:http';
import { rxProcess } from './lib/built.js';
import { echo } from './lib/echo.js';
import { listen, statsOnly } from './lib/serve.js';

const { createSystem, relayUpgrades } = await rxProcess();

const server = createServer(statsOnly);
relayUpgrades(server, createSystem(), () => ({ target: echo }));
listen(server);
