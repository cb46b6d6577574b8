// npm run bench:devtools: what it costs a server that somebody looks at one of its processes, which handles 10,000 messages a
// second, among 100,000 others: processor time of the server, beside that of the same seconds with nobody. The page is played
// by another Node process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import type { Behavior } from 'rx-process';
import { ignoreElements, map } from 'rxjs';
import { builtDevtools, rxProcess } from './lib/built.js';
import { median } from './lib/report.js';

const { acceptUpgrades, createSystem, send } = await rxProcess();
const { devtools } = await builtDevtools();

const PROCESSES = 100_000;
/** Messages a second. */
const RATE = 10_000;
const TICK = 10;
const ROUNDS = 5;
const SLICE = 3_000;
/** Of one processor. */
const BOUND = 0.05;

const system = createSystem({ logger: false });
const idle: Behavior = (inbox) => inbox.pipe(ignoreElements());
const busy: Behavior = (inbox) => inbox.pipe(map(() => send(sink, 'done', { n: 1 })));
const sink = system.spawn(idle, { name: 'sink' });
const target = system.spawn(busy, { name: 'busy' });
for (let n = 0; n < PROCESSES; n += 1) system.spawn(idle);

const app = express();
app.use('/devtools', devtools(system, { payloads: true }));
const server = createServer(app);
acceptUpgrades(server);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

let handled = 0;
const start = performance.now();
setInterval(() => {
  // As many as are due: on a machine that has more to do, ticks come late.
  for (const due = ((performance.now() - start) * RATE) / 1_000; handled < due; )
    system.send(target, 'work', { text: 'x'.repeat(64), handled: handled++ });
}, TICK);

/** The share of a processor that this process has used. */
async function share(): Promise<number> {
  const [before, begun, first] = [process.cpuUsage(), performance.now(), handled];
  await sleep(SLICE);
  const { user, system: kernel } = process.cpuUsage(before);
  const millis = performance.now() - begun;
  rates.push(((handled - first) / millis) * 1_000);
  return (user + kernel) / 1_000 / millis;
}
const rates: number[] = [];

/** What a page asks whose user looks at one life, the list of all processes and the figures. */
const PAGE = `
  const socket = new WebSocket('ws://127.0.0.1:${port}/devtools/live');
  const asks = [
    { watch: 'overview' },
    { watch: 'life', of: 'busy', follow: true },
    { watch: 'processes', sort: 'depth', descending: true, filter: '', from: 0, count: 60 },
  ];
  socket.onopen = () => asks.forEach((ask, id) => socket.send(JSON.stringify({ id, ...ask })));
  let frames = 0;
  socket.onmessage = () => { if (++frames === 5) console.log('watching'); };
  process.stdin.resume().on('end', () => process.exit());
`;

async function watched(): Promise<number> {
  const page = spawn(process.execPath, ['--experimental-websocket', '-e', PAGE], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(page.stdout, 'data');
  const used = await share();
  page.stdin.end();
  await once(page, 'close');
  return used;
}

await share();
rates.length = 0;
const alone: number[] = [];
const costs: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const before = await share();
  const during = await watched();
  const after = await share();
  const base = (before + after) / 2;
  alone.push(base);
  costs.push(during - base);
}
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const cost = median(costs);
console.log(
  `${Math.round(median(rates))} messages a second, ${PROCESSES} processes; medians of ${ROUNDS} rounds`,
);
console.log(`nobody looks    ${percent(median(alone))} of a processor`);
console.log(`somebody looks  ${percent(cost)} more (${costs.map(percent).join(', ')})`);
console.log(`${cost < BOUND ? 'ok' : 'MISSED'}: less than ${percent(BOUND)}`);
process.exit(cost < BOUND ? 0 : 1);
