// npm run bench:floods: how long a good client waits beside misbehaving ones. See bench/README.md.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from './lib/built.js';
import { type RunningServer, startScript, startServer } from './lib/children.js';
import { Client, plan } from './lib/client.js';
import { floods } from './lib/floodKinds.js';
import { type Peer, peers } from './lib/peers.js';
import { protocols } from './lib/protocols.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: ['none', ...Object.keys(floods)].join() },
    clients: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3' },
  },
});
const kinds = values.only.split(',').map((kind) => kind.trim());
const unknown = kinds.find((kind) => kind !== 'none' && !(kind in floods));
if (unknown !== undefined) {
  console.error(`--only: no '${unknown}'; there are none, ${Object.keys(floods).join(', ')}`);
  process.exit(2);
}

const unrated: Peer = {
  name: 'rx-process, no rates',
  script: 'server-rx-process-unrated.ts',
  protocol: 'ws',
  path: '/ws',
};
const servers = [...peers.filter(({ name }) => name === 'ws' || name === 'rx-process'), unrated];

/** Asks for an echo every few milliseconds, one at a time; how long each took, in milliseconds, in order. */
async function probe({ port, peer }: RunningServer): Promise<number[]> {
  const times: number[] = [];
  let answered = (): void => {};
  let failed: string | undefined;
  const client = await new Promise<Client>((resolve, reject) => {
    const shared = plan({ port, path: peer.path, protocol: protocols.ws, inflight: 1, size: 64 });
    const onFailure = (reason: string): void => {
      failed = reason;
      reject(new Error(reason));
      answered();
    };
    new Client(shared, { opened: resolve, replied: () => answered(), failed: onFailure });
  });
  const end = performance.now() + Number(values.seconds) * 1_000;
  while (performance.now() < end && failed === undefined) {
    const start = performance.now();
    const reply = new Promise<void>((resolve) => {
      answered = resolve;
    });
    client.send(1);
    // One that takes longer than this counts as so long.
    await Promise.race([reply, sleep(10_000, undefined, { ref: false })]);
    times.push(performance.now() - start);
    await sleep(5);
  }
  if (failed !== undefined) throw new Error(failed);
  return times.sort((a, b) => a - b);
}

async function measure(peer: Peer, kind: string): Promise<string> {
  const server = await startServer(peer);
  const args = ['--port', `${server.port}`, '--kind', kind, '--clients', values.clients];
  const flood = kind === 'none' ? undefined : await startScript('flood.ts', args, 1);
  try {
    // The flood has to be at its height.
    await sleep(500);
    const times = await probe(server);
    const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
    return `p50 ${at(0.5).padStart(8)}  p99 ${at(0.99).padStart(8)}  (${times.length} asked)`;
  } catch (error) {
    return `FAILED: ${(error as Error).message}`;
  } finally {
    await flood?.stop();
    await server.stop();
  }
}

build();
console.log(
  `A good client beside ${values.clients} of each kind; milliseconds, Node ${process.version}`,
);
for (const kind of kinds) {
  console.log(`\n${kind}`);
  for (const peer of servers) console.log(`  ${peer.name.padEnd(22)} ${await measure(peer, kind)}`);
}
process.exit(0);
