// npm run bench:outbound: clients of another server, a plain `ws` echo: `connect` and `dial` beside the client of `ws`.
// Ratios within one run, since server and client share what the machine has.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behavior } from 'rx-process';
import { map } from 'rxjs';
import { WebSocket } from 'ws';
import { builtWs, rxProcess } from './lib/built.js';
import { startServer } from './lib/children.js';
import { baseline, peers } from './lib/peers.js';
import { median, spread } from './lib/report.js';
import { rotated } from './lib/rounds.js';

const { createSystem, ofTopic, send, ws } = await rxProcess();
const { connect, dial } = await builtWs();

const CONNECTIONS = 20;
const ROUNDS = 5;
const MILLIS = 1_000;
const data = 'x'.repeat(64);

/** Keeps so many messages in flight, and calls back for each reply; the result ends it. */
type Client = (url: string, inflight: number, replied: () => void) => Promise<() => void>;

const plain: Client = async (url, inflight, replied) => {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('open', () => {
    for (let n = 0; n < inflight; n += 1) socket.send(data);
  });
  socket.on('message', () => {
    replied();
    socket.send(data);
  });
  return () => socket.terminate();
};

const connected: Client = async (url, inflight, replied) => {
  const connection = await connect(url);
  // Those in flight when it ends.
  const say = () => void connection.send(data).catch(() => {});
  connection.messages$.subscribe(() => {
    replied();
    say();
  });
  for (let n = 0; n < inflight; n += 1) say();
  return () => void connection.close();
};

const system = createSystem({ logger: false });
const dialled: Client = async (url, inflight, replied) => {
  const echo: Behavior = (inbox) =>
    inbox.pipe(
      ofTopic(ws.message),
      map(({ payload: { client_pid } }) => {
        replied();
        return send(client_pid, ws.send, { data });
      }),
    );
  const target = system.spawn(echo);
  const pid = system.spawn(dial(url, { target }));
  for (let n = 0; n < inflight; n += 1) system.send(pid, ws.send, { data });
  return () => void system.terminate(pid);
};

const clients: readonly [name: string, client: Client][] = [
  ['ws', plain],
  ['connect', connected],
  ['dial', dialled],
];

/** Replies a second to one kind of clients. */
async function rate(client: Client, url: string, inflight: number): Promise<number> {
  let count = 0;
  const replied = (): void => {
    count += 1;
  };
  const all = Array.from({ length: CONNECTIONS }, () => client(url, inflight, replied));
  const ends = await Promise.all(all);
  await sleep(300);
  const [before, since] = [count, performance.now()];
  await sleep(MILLIS);
  const done = ((count - before) / (performance.now() - since)) * 1_000;
  for (const end of ends) end();
  await sleep(100);
  return done;
}

const peer = peers.find(({ name }) => name === baseline);
if (peer === undefined) throw new Error(`no peer ${baseline}`);
const server = await startServer(peer);
const url = `ws://127.0.0.1:${server.port}${peer.path}`;
for (const inflight of [1, 16]) {
  const rates = new Map(clients.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, client] of rotated(clients, round)) {
      rates.get(name)?.push(await rate(client, url, inflight));
    }
  }
  console.log(
    `Echo, 64 bytes, ${CONNECTIONS} connections, ${inflight} in flight: messages/s, ÷ ws`,
  );
  for (const [name, list] of rates) {
    const ratios = list.map((each, round) => each / (rates.get('ws')?.[round] ?? Number.NaN));
    console.log(`  ${name.padEnd(8)} ${Math.round(median(list))}  ${spread(ratios)}`);
  }
}
await server.stop();
process.exit(0);
