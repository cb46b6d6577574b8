// npm run bench:across: broadcasts over three nodes, by channels over NATS and by Socket.IO with its adapter over streams of
// Redis, as ratios within one run. It needs Debian's nats-server and redis-server. `--rounds <n>`, `--clients <n>` a node.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { natsServer } from './cluster/natsServer.js';
import { build } from './lib/built.js';
import { type ProtocolName, protocols } from './lib/protocols.js';
import { median, spread } from './lib/report.js';
import { progress, rotated } from './lib/rounds.js';

build();
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '100' },
  },
});
const ROUNDS = Number(values.rounds);
const CLIENTS = Number(values.clients);
const MILLIS = 2_000;
const nats = await natsServer();
const redis = '36379';
const children: ChildProcess[] = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
children.push(spawn('/usr/bin/redis-server', ['--port', redis, '--save', ''], { stdio: 'ignore' }));

async function start(script: string, args: readonly string[]): Promise<number> {
  const path = fileURLToPath(new URL(`cluster/${script}`, import.meta.url));
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, [...process.execArgv, path, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return Number(line.split(' ')[1]);
}

interface Crowd {
  /** Messages of one who speaks that all have got, a second, with so many in flight. */
  rate(inflight: number): Promise<number>;
  /** Milliseconds from one message until all have it, the median. */
  delay(): Promise<number>;
}

/** Clients of all nodes, who count what each has heard. */
async function crowd(name: ProtocolName, path: string, ports: readonly number[]): Promise<Crowd> {
  const protocol = protocols[name];
  let heard = 0;
  let onHeard = (): void => {};
  const sockets = await Promise.all(
    ports.flatMap((port) =>
      Array.from({ length: CLIENTS }, async () => {
        const { subprotocol } = protocol;
        const address = `ws://127.0.0.1:${port}${protocol.target(path)}`;
        const socket = new WebSocket(address, subprotocol === undefined ? [] : [subprotocol]);
        await new Promise<void>((resolve) => {
          socket.on('message', (data) => {
            const text = String(data);
            if (protocol.textOf(text) !== undefined) {
              heard += 1;
              return onHeard();
            }
            const step = protocol.next(text);
            if (step !== undefined && 'send' in step) socket.send(step.send);
            else if (step !== undefined) resolve();
          });
        });
        return socket;
      }),
    ),
  );
  const [speaker] = sockets;
  const all = sockets.length;
  const say = (): void => speaker?.send(protocol.say('x'.repeat(64)));
  return {
    async rate(inflight) {
      const begin = heard;
      let said = inflight;
      onHeard = () => {
        // The next one as soon as all have one more.
        if ((heard - begin) % all === 0) {
          said += 1;
          say();
        }
      };
      for (let n = 0; n < inflight; n++) say();
      await sleep(MILLIS);
      const done = heard - begin;
      onHeard = () => {};
      while (heard - begin < said * all) await sleep(5);
      return (done * 1_000) / MILLIS;
    },
    async delay() {
      const delays: number[] = [];
      for (let n = 0; n < 200; n++) {
        const [since, begin] = [performance.now(), heard];
        await new Promise<void>((resolve) => {
          onHeard = () => heard - begin === all && resolve();
          say();
        });
        delays.push(performance.now() - since);
      }
      onHeard = () => {};
      return median(delays);
    },
  };
}

const NAMES = ['a', 'b', 'c'];
const ports = {
  channels: await Promise.all(
    NAMES.map((name) => start('server-channels.ts', ['--nats', nats, '--name', name])),
  ),
  socketio: await Promise.all(NAMES.map(() => start('server-socketio.ts', ['--redis', redis]))),
};
await sleep(1_000);
const crowds = {
  channels: await crowd('channels', '/ws/room', ports.channels),
  socketio: await crowd('socketio', '/socket.io/', ports.socketio),
};
await sleep(1_000);

console.log(
  `${ROUNDS} rounds, 3 nodes of ${CLIENTS} clients each, 64 bytes, Node ${process.version}\n`,
);
for (const [title, run] of [
  ['one after the other, ms until all have it', (each: Crowd) => each.delay()],
  ['4 in flight, deliveries a second', (each: Crowd) => each.rate(4)],
  ['16 in flight, deliveries a second', (each: Crowd) => each.rate(16)],
] as const) {
  const found: Record<string, number[]> = { channels: [], socketio: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, each] of rotated(Object.entries(crowds), round)) {
      progress(`${round + 1}/${ROUNDS} ${name}`);
      found[name]?.push(await run(each));
    }
  }
  progress('');
  const { channels = [], socketio = [] } = found;
  const ratios = channels.map((each, round) => each / (socketio[round] ?? Number.NaN));
  const figures = `channels ${median(channels).toFixed(1)}, Socket.IO ${median(socketio).toFixed(1)}`;
  console.log(`  ${title.padEnd(44)} ${figures}; channels ÷ Socket.IO ${spread(ratios)}`);
}
process.exit(0);
