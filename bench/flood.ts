// The misbehaving clients: node --import tsx bench/flood.ts --port P --kind pongs --clients 10
// Prints READY when they are connected, and floods until it is killed. Whoever is cut off comes back.
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { type FloodKind, floods } from './lib/floodKinds.js';
import { upgradeRequest } from './lib/wire.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    kind: { type: 'string', default: 'bytes' },
    clients: { type: 'string', default: '1' },
  },
});
const port = Number(values.port);
const chunk = floods[values.kind as FloodKind]();
const request = upgradeRequest(port, '/ws');
let missing = Number(values.clients);
/** Those that are connected and wait for the others, who would not get in beside a flood. */
const waiting: (() => void)[] = [];

function start(pour: () => void): void {
  if (missing <= 0) return pour();
  waiting.push(pour);
  missing -= 1;
  if (missing > 0) return;
  console.log('READY');
  for (const each of waiting) each();
}

function flood(): void {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const pour = (): void => {
    let isTaken = true;
    while (isTaken && !socket.destroyed) isTaken = socket.write(chunk);
  };
  socket.write(request);
  socket.once('data', () => {
    start(pour);
    socket.on('drain', pour);
    // What comes back is read, or the flood would end for another reason.
    socket.resume();
  });
  socket.on('error', () => {});
  socket.on('close', () => void setTimeout(flood, 10));
}

for (let n = missing; n > 0; n -= 1) flood();
