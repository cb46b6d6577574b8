// npm run bench:resume: clients that are sent away, and come back within a second. See bench/README.md.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { build } from './lib/built.js';
import { type RunningServer, runScript, startServer } from './lib/children.js';
import type { Peer } from './lib/peers.js';
import { columns, spread } from './lib/report.js';
import type { Found } from './lib/resume.js';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
  },
});
const rounds = Number(values.rounds);

const servers: readonly Peer[] = [
  { name: 'socketio', script: 'resume/server-socketio.ts', protocol: 'socketio', path: '/' },
  { name: 'channels', script: 'resume/server-channels.ts', protocol: 'ws', path: '/ws' },
];

/** Asks, and calls back when it is answered. */
type Ask = (answered: () => void) => void;

/** One of those who stay. */
const stayers: Record<string, (port: number) => Promise<Ask>> = {
  channels: (port) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
      const ask: Ask = (answered) => {
        socket.once('message', answered);
        socket.send('{"type":"ping"}');
      };
      socket.once('message', () => resolve(ask));
    }),
  socketio: (port) =>
    new Promise((resolve) => {
      const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
      socket.once('connect', () => resolve((answered) => socket.emit('echo', answered)));
    }),
};

/** How long one who stays waits for its answers, in milliseconds, and when it has asked, until `end`. */
async function stay({ port, peer }: RunningServer, end: Promise<unknown>): Promise<Waited[]> {
  const ask = await (stayers[peer.name] as (port: number) => Promise<Ask>)(port);
  const waited: Waited[] = [];
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const [at, start] = [Date.now(), performance.now()];
    await Promise.race([new Promise<void>(ask), sleep(10_000, undefined, { ref: false })]);
    waited.push({ at, millis: performance.now() - start });
    await sleep(2);
  }
  return waited;
}

interface Waited {
  readonly at: number;
  readonly millis: number;
}

interface Result extends Found {
  readonly p99: number;
}

async function measure(peer: Peer): Promise<Result> {
  const server = await startServer(peer);
  try {
    const args = ['--port', `${server.port}`, '--kind', peer.name, '--clients', values.clients];
    const crowd = runScript('resumeCrowd.ts', args, 1);
    const waited = await stay(server, crowd);
    const found = JSON.parse(await crowd) as Found;
    const times = waited
      .filter(({ at }) => at >= found.from && at <= found.to)
      .map(({ millis }) => millis)
      .sort((a, b) => a - b);
    return { ...found, p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN };
  } finally {
    await server.stop();
  }
}

build();
console.log(`${values.clients} clients sent away at once, each to come back within 1 s`);
const results = new Map<string, Result[]>(servers.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const peer of servers) results.get(peer.name)?.push(await measure(peer));
}

const [theirs, ours] = servers.map(({ name }) => results.get(name) ?? []);
const ratio = (figure: keyof Result): string =>
  spread((ours ?? []).map((each, at) => each[figure] / (theirs?.[at]?.[figure] ?? Number.NaN)));
const rows = [...results].map(([name, list]) => [
  name,
  spread(list.map(({ all }) => all)),
  spread(list.map(({ half }) => half)),
  spread(list.map(({ p99 }) => p99)),
  ...(['recovered', 'lost', 'doubled'] as const).map((figure) =>
    list.map((each) => each[figure]).join(),
  ),
]);
const head = ['server', 'all live, ms', 'half, ms', 'p99 of who stayed, ms', 'recovered'];
console.log(columns([[...head, 'lost', 'doubled'], ...rows]));
console.log(`  channels ÷ socketio: all ${ratio('all')}, p99 ${ratio('p99')}`);
process.exit(0);
