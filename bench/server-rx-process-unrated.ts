// The relay without rates: what a turn may take from one connection is all that bounds a flood.
import { createServer } from 'node:http';
import { rxProcess } from './lib/built.js';
import { echo } from './lib/echo.js';
import { listen, statsOnly } from './lib/serve.js';

const { createSystem, relayUpgrades } = await rxProcess();

const server = createServer(statsOnly);
const options = { messagesPerSecond: 0, bytesPerSecond: 0 };
relayUpgrades(server, createSystem(), () => ({ target: echo }), options);
listen(server);
