// npm run bench:restart: 300 clients over three nodes, and all nodes are restarted one after the other. Each node counts in a
// channel whose history is in JetStream: nobody may miss or repeat a number. `--clients <n>`, `--rounds <n>` of all nodes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { natsServer } from './cluster/natsServer.js';
import { build, builtClient } from './lib/built.js';

build();
const { connectChannels } = await builtClient();
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '1' },
  },
});
const CLIENTS = Number(values.clients);
const NAMES = ['a', 'b', 'c'];
const url = await natsServer();

interface Running {
  readonly child: ChildProcess;
  readonly lines: Interface;
  readonly port: number;
}

const nodes = new Map<string, Running>();
process.on('exit', () => {
  for (const { child } of nodes.values()) child.kill('SIGKILL');
});

async function startNode(name: string, port = 0): Promise<void> {
  const script = fileURLToPath(new URL('cluster/newsNode.ts', import.meta.url));
  const args = ['--servers', url, '--name', name, '--port', `${port}`];
  const env = { ...process.env, NODE_ENV: 'production' };
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    env,
    stdio: [...stdio],
  });
  const lines = createInterface(child.stdout as NonNullable<typeof child.stdout>);
  const [ready] = (await once(lines, 'line')) as [string];
  nodes.set(name, { child, lines, port: Number(ready.split(' ')[1]) });
}

/** Its last count, by its id. */
const lasts = new Map<string, number>();

async function stopNode(name: string): Promise<number> {
  const { child, lines, port } = nodes.get(name) as Running;
  nodes.delete(name);
  child.kill('SIGTERM');
  const [line] = (await once(lines, 'line')) as [string];
  const { id, count } = JSON.parse(line) as { id: string; count: number };
  lasts.set(id, count);
  await once(child, 'exit');
  return port;
}

/** As a balancer does it: any node that runs. */
class Balanced extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    const ports = [...nodes.values()].map(({ port }) => port);
    const target = new URL(address);
    target.port = `${ports[Math.floor(Math.random() * ports.length)] ?? 9}`;
    super(target, protocols);
  }
}

await Promise.all(NAMES.map((name) => startNode(name)));

let [missed, repeated, gaps, live] = [0, 0, 0, 0];
const waits: number[] = [];
const heards: Map<string, number>[] = [];

for (let n = 0; n < CLIENTS; n++) {
  const client = connectChannels('ws://127.0.0.1:1/ws', { WebSocket: Balanced });
  const news = client.channel('news');
  const heard = new Map<string, number>();
  heards.push(heard);
  news.events<{ from: string; count: number }>('news').subscribe(({ from, count }) => {
    const last = heard.get(from);
    if (last !== undefined && count > last + 1) missed += count - last - 1;
    if (last !== undefined && count <= last) repeated += 1;
    heard.set(from, Math.max(count, last ?? 0));
  });
  news.gaps$.subscribe(() => {
    gaps += 1;
  });
  let lostAt: number | undefined;
  let isIn = false;
  news.state$.subscribe(({ status }) => {
    const wasIn = isIn;
    isIn = status === 'subscribed';
    live += Number(isIn) - Number(wasIn);
    if (wasIn && !isIn) lostAt = performance.now();
    if (isIn && lostAt !== undefined) {
      waits.push(performance.now() - lostAt);
      lostAt = undefined;
    }
  });
}

async function allLive(): Promise<void> {
  const end = performance.now() + 60_000;
  while (live < CLIENTS) {
    if (performance.now() > end) throw new Error(`${live} of ${CLIENTS} are there after 60 s`);
    await sleep(10);
  }
}

await allLive();
await sleep(1_000);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const name of NAMES) {
    const port = await stopNode(name);
    await allLive();
    await startNode(name, port);
    await sleep(1_000);
  }
}
// Of the nodes that have ended each client must have heard the last count.
await sleep(2_000);
let unheard = 0;
for (const [id, last] of lasts) {
  for (const heard of heards) if (heard.get(id) !== last) unheard += last - (heard.get(id) ?? 0);
}
const sorted = waits.toSorted((x, y) => x - y);
const at = (part: number): number =>
  Math.round(sorted[Math.floor(sorted.length * part)] ?? Number.NaN);
const sent = [...lasts.values()].reduce((sum, each) => sum + each, 0);
console.log(
  `${CLIENTS} clients, ${lasts.size} restarts, ${sent} messages of the nodes that were stopped`,
);
console.log(
  `reconnects ${sorted.length}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(0.9999)} ms (target p99 < 3000)`,
);
console.log(
  `missed ${missed}, unheard ${unheard}, repeated ${repeated}, gaps told ${gaps} (target 0)`,
);
process.exit(0);
