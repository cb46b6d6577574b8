// npm run test:load: five thousand connections on one server process, and what is promised to each of them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pinned, type RunningServer, startServer } from './lib/children.js';
import { Crowd } from './lib/load/crowd.js';
import type { Peer } from './lib/peers.js';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '5000' },
    server: { type: 'string', default: 'channels' },
  },
});
const connections = Number(values.connections);
const peers: readonly Peer[] = [
  {
    name: 'channels',
    script: 'load/server-channels.ts',
    protocol: 'channels',
    path: '/ws/room',
  },
  { name: 'process', script: 'load/server-process.ts', protocol: 'ws', path: '/ws' },
];
const peer = peers.find(({ name }) => name === values.server);
assert(peer, `--server: no '${values.server}'`);

// The server has a processor to itself.
if (pinned) spawnSync('taskset', ['-cp', '1', `${process.pid}`]);

/** Says so many numbers, one each `millis`, and waits until everybody has heard them. */
async function broadcasts(crowd: Crowd, count: number, bytes: number, millis: number) {
  for (let n = 0; n < count; n += 1) {
    crowd.say(bytes);
    await sleep(millis);
  }
  await crowd.heard();
}

describe(`${connections} connections, ${peer.name}`, () => {
  let server: RunningServer;
  let crowd: Crowd;

  /** Waits until the server counts so many, then looks whether it stays so. */
  async function counts(expected: number): Promise<void> {
    const wanted = { connections: expected, subscribers: expected };
    const deadline = performance.now() + 10_000;
    let found = await server.get('/count');
    while (JSON.stringify(found) !== JSON.stringify(wanted) && performance.now() < deadline) {
      found = await server.get('/count');
    }
    assert.deepEqual(found, wanted);
  }

  before(async () => {
    server = await startServer(peer);
    crowd = new Crowd(server);
    await crowd.grow(connections);
  });
  after(() => server?.stop());

  it('counts all of them', () => counts(connections));

  it('gets every broadcast to all, once and in order (B9, B18)', async () => {
    await broadcasts(crowd, 50, 64, 40);

    assert.deepEqual(crowd.faults, []);
    assert([...crowd.listeners].every(({ heard }) => heard === crowd.said));
  });

  it('goes on when half of them drop in the middle of a broadcast, and counts the others (B8)', async () => {
    const half = Math.floor(connections / 2);
    const all = broadcasts(crowd, 25, 64, 40);
    await sleep(500);
    crowd.say(64);
    crowd.drop(half);
    await all;

    await counts(connections - half);
    assert.deepEqual(crowd.faults, []);
    await crowd.grow(half);
    await counts(connections);
    await broadcasts(crowd, 5, 64, 40);
    assert.deepEqual(crowd.faults, []);
  });

  it('is not held up by a tenth that does not read (Q2)', async (test) => {
    const bytes = 16_384;
    await broadcasts(crowd, 5, bytes, 200);
    crowd.p99();
    await broadcasts(crowd, 40, bytes, 200);
    const without = crowd.p99();
    const slow = await crowd.slow(Math.floor(connections / 10), Math.floor(connections / 100));
    await broadcasts(crowd, 40, bytes, 200);
    const beside = crowd.p99();

    test.diagnostic(`p99 ${without.toFixed(0)} ms, beside the slow ${beside.toFixed(0)} ms`);
    assert.deepEqual(crowd.faults, []);
    assert(beside < 1.5 * without + 20, `p99 ${without} ms, beside the slow ${beside} ms`);

    // Whoever reads again gets all of it.
    for (const listener of slow) listener.resume();
    await crowd.heard();
    assert.deepEqual(crowd.faults, []);
    await counts(connections);
  });
});
