// The crowd of bench:resume: node --import tsx bench/resumeCrowd.ts --port P --kind channels|socketio --clients 2000
// Comes, is sent away, comes back, and prints what it has found as one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { builtClient } from './lib/built.js';
import { type Comer, type Found, JITTER, NEWS } from './lib/resume.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    kind: { type: 'string' },
    clients: { type: 'string', default: '2000' },
  },
});
const clients = Number(values.clients);
const { connectChannels } = await builtClient();

/** Connects one client. */
const comes: Record<string, (comer: Comer) => void> = {
  channels: ({ onLive, onNews }) => {
    const room = connectChannels(`ws://127.0.0.1:${values.port}/ws`, { WebSocket }).channel(NEWS);
    room.events<number>(NEWS).subscribe(onNews);
    let isIn = false;
    room.state$.subscribe((state) => {
      const wasIn = isIn;
      isIn = state.status === 'subscribed';
      // It tells of each position as well.
      if (state.status === 'subscribed' && !wasIn) onLive(state.recovered === true);
    });
  },
  socketio: ({ onLive, onNews }) => {
    const socket = io(`http://127.0.0.1:${values.port}`, {
      transports: ['websocket'],
      forceNew: true,
      // Between 0 and the jitter, as the others are told.
      reconnectionDelay: JITTER / 2,
      randomizationFactor: 1,
    });
    socket.on(NEWS, onNews);
    socket.on('connect', () => {
      if (socket.recovered) onLive(true);
      else socket.emit('join', () => onLive(false));
    });
  },
};
const come = comes[values.kind ?? ''];
if (come === undefined) throw new Error(`--kind: one of ${Object.keys(comes)}`);

/** When each was live last, and what it has heard. */
const lives: number[] = [];
const lasts: number[] = Array(clients).fill(0);
let recovered = 0;
let lost = 0;
let doubled = 0;
let isLive = (): void => {};

function heard(client: number, count: number): void {
  const last = lasts[client] ?? 0;
  if (last > 0 && count > last + 1) lost += count - last - 1;
  if (count <= last) doubled += 1;
  else lasts[client] = count;
}

/** Resolves when all are live. */
const allLive = (): Promise<void> =>
  new Promise((resolve) => {
    lives.length = 0;
    recovered = 0;
    isLive = () => lives.length === clients && resolve();
  });

const first = allLive();
for (let client = 0; client < clients; client += 1) {
  come({
    onNews: (count) => heard(client, count),
    onLive: (isRecovered) => {
      lives.push(performance.now());
      if (isRecovered) recovered += 1;
      isLive();
    },
  });
  // Not all in one turn, or the server's queue of connections overflows.
  if (client % 50 === 49) await sleep(20);
}
await first;
// Everybody has heard something, without which Socket.IO recovers nothing.
await sleep(1_000);
const back = allLive();
const start = performance.now();
const from = Date.now();
await fetch(`http://127.0.0.1:${values.port}/away`);
await back;
const to = Date.now();
await sleep(1_000);
const times = lives.map((at) => at - start);
const found: Found = {
  from,
  to,
  all: times.at(-1) ?? Number.NaN,
  half: times[clients >> 1] ?? Number.NaN,
  recovered,
  lost,
  doubled,
};
console.log(JSON.stringify(found));
process.exit(0);
