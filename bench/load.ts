// The load program: node --import tsx bench/load.ts --port P --mode echo|fanout|connect|idle …
// Prints one line of JSON. In mode idle it then holds the connections until its stdin ends.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, plan } from './lib/client.js';
import { cpuTime } from './lib/cpu.js';
import { type ProtocolName, protocols } from './lib/protocols.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    protocol: { type: 'string', default: 'ws' },
    path: { type: 'string', default: '/ws' },
    mode: { type: 'string', default: 'echo' },
    connections: { type: 'string', default: '100' },
    inflight: { type: 'string', default: '1' },
    // Fan-out: all that are in flight are said at once, and the next ones when everybody has heard them.
    together: { type: 'boolean', default: false },
    // The client never sleeps.
    awake: { type: 'boolean', default: false },
    size: { type: 'string', default: '64' },
    warmup: { type: 'string', default: '600' },
    duration: { type: 'string', default: '1500' },
    'server-pid': { type: 'string' },
  },
});
const { mode, protocol, path } = values;
const connections = Number(values.connections);
const inflight = Number(values.inflight);
const serverPid = Number(values['server-pid'] ?? 0);
// More upgrades at once would measure the accept queue.
const concurrentUpgrades = Math.min(64, connections);

if (!(protocol in protocols)) failed(`no protocol '${protocol}'`);
const shared = plan({
  port: Number(values.port),
  path,
  protocol: protocols[protocol as ProtocolName],
  inflight,
  size: Number(values.size),
});

/** Any defect ends the run: a rate with errors in it is not a rate. */
function failed(reason: string): never {
  const hint = reason.includes('EMFILE') ? ' (raise the limit of open files: ulimit -n)' : '';
  process.stderr.write(`load: ${reason}${hint}\n`);
  process.exit(1);
}

/** What has been done so far: replies in the modes echo and fanout, upgrades in mode connect. */
let count = 0;

function snapshot() {
  const { user, system } = process.cpuUsage();
  const server = serverPid > 0 ? cpuTime(serverPid) : undefined;
  return { count, at: performance.now(), server, client: (user + system) * 1000 };
}

/** Counts over `duration` ms, after a warm-up, and prints the result. */
async function measure(): Promise<never> {
  await sleep(Number(values.warmup));
  const before = snapshot();
  await sleep(Number(values.duration));
  const after = snapshot();
  const done = after.count - before.count;
  const nanoseconds = (after.at - before.at) * 1e6;
  // What the server's processor time has grown by.
  const grown = (part: 'all' | 'user') => {
    if (before.server === undefined || after.server === undefined) return undefined;
    return after.server[part] - before.server[part];
  };
  const each = (time: number | undefined) => (time === undefined ? undefined : time / done);
  print({
    count: done,
    seconds: nanoseconds / 1e9,
    figures: {
      rate: (done / nanoseconds) * 1e9,
      cpu: each(grown('all')),
      user: each(grown('user')),
    },
    serverBusy: (grown('all') ?? Number.NaN) / nanoseconds,
    clientBusy: (after.client - before.client) / nanoseconds,
  });
  process.exit(0);
}

function print(result: object): void {
  console.log(JSON.stringify({ mode, protocol, connections, inflight, ...result }));
}

/** Opens all the connections, a few at a time, and resolves with them. */
function openAll(replied: (client: Client, replies: number) => void): Promise<Client[]> {
  return new Promise((resolve) => {
    const opened: Client[] = [];
    let started = 0;
    const next = () => {
      if (started === connections) return;
      started += 1;
      new Client(shared, { failed, replied, opened: took });
    };
    const took = (client: Client) => {
      opened.push(client);
      if (opened.length === connections) resolve(opened);
      else next();
    };
    for (let n = 0; n < concurrentUpgrades; n += 1) next();
  });
}

async function echo(): Promise<void> {
  const clients = await openAll((client, replies) => {
    count += replies;
    client.send(replies);
  });
  for (const client of clients) client.send(inflight);
  await measure();
}

/** What the first client says is told to all of them: the replies are deliveries. */
async function fanout(): Promise<void> {
  /** By the number of a message, modulo those in flight: how many clients have not heard it yet. */
  const missing = Array<number>(inflight).fill(connections);
  /** Messages that all have heard since the sender spoke last. */
  let heard = 0;
  const clients = await openAll((client, replies) => {
    count += replies;
    for (let n = client.replies - replies; n < client.replies; n += 1) {
      const left = (missing[n % inflight] ?? 0) - 1;
      missing[n % inflight] = left || connections;
      if (left === 0) heard += 1;
    }
    if (heard === 0 || (values.together && heard < inflight)) return;
    clients[0]?.send(heard);
    heard = 0;
  });
  clients[0]?.send(inflight);
  await measure();
}

/** Keeps this process from sleeping: to wake it costs the server more than what it writes, on a virtual machine. */
function stayAwake(): void {
  setImmediate(stayAwake);
}

async function connect(): Promise<void> {
  // A clean close: the server ends the connection, so no used ports pile up on this side.
  const opened = (client: Client) => {
    count += 1;
    client.leave();
  };
  const again = () => new Client(shared, { failed, opened, closed: again });
  for (let n = 0; n < concurrentUpgrades; n += 1) again();
  stayAwake();
  await measure();
}

async function idle(): Promise<void> {
  const start = performance.now();
  const clients = await openAll(() => failed('a reply, though nothing was sent'));
  print({ count: clients.length, seconds: (performance.now() - start) / 1000 });
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

if (values.awake) stayAwake();
const modes: Record<string, () => Promise<void>> = { echo, fanout, connect, idle };
await (modes[mode] ?? (() => failed(`no mode '${mode}'`)))();
