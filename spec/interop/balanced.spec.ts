import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { readRetry } from '../../lib/protocol/index.js';
import { type Client, cleanUp, open, within } from '../express/support.js';
import { blocksOf } from '../support/pages.js';
import { type Served, served } from '../support/served.js';
import { NEED as CADDY, caddy } from './caddy.js';
import { describeWith } from './need.js';
import { balancer, NEED as NGINX } from './nginx.js';

const folder = join(process.cwd(), '.tmp', 'balanced');

beforeAll(() => {
  const server = blocksOf('docs/deploying.md').find(({ name }) => name === 'deploying/server.ts');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'server.ts'), server?.code ?? '');
});
afterEach(cleanUp);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (): Promise<Served> => served('exec node --import tsx server.ts', folder);
const portOf = ({ url }: Served): number => Number(new URL(url).port);

/** Connects so many clients, each of which has been welcomed. */
async function welcomed(port: number, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  for (let n = 0; n < count; n++) {
    const client = await open(port, '/ws/greeter');
    expect(await client.next()).toBe('welcome');
    clients.push(client);
  }
  return clients;
}

/** Ends one of two processes; its clients, and others that come meanwhile, find the other one. */
async function drains(balance: (one: number, other: number) => Promise<number>): Promise<void> {
  const [one, other] = await Promise.all([start(), start()]);
  const port = await balance(portOf(one), portOf(other));
  const clients = await welcomed(port, 20);
  const gone: Client[] = [];
  const back: Promise<Client[]>[] = [];
  for (const client of clients) {
    client.closed.then(({ code, reason }) => {
      if (code !== 1012 || typeof readRetry(reason) !== 'number') return;
      gone.push(client);
      // At once, which is earlier than it is told to.
      back.push(welcomed(port, 1));
    });
  }

  expect(await one.stop()).toBe(0);
  // Their close frames have come by then; that a connection is over, nginx or Caddy may say later.
  const leaving = clients.filter(({ socket }) => socket.readyState !== socket.OPEN);
  const left = Promise.all(leaving.map(({ closed }) => closed));
  await within(left, 'the end of those who were sent away', 10_000);
  const again = (await within(Promise.all(back), 'those who came back', 10_000)).flat();

  expect(gone.length).toBeGreaterThanOrEqual(5);
  expect(gone.length).toBeLessThanOrEqual(15);
  expect(again).toHaveLength(gone.length);
  const stayed = clients.filter((client) => !gone.includes(client));
  for (const { socket } of [...stayed, ...again]) expect(socket.readyState).toBe(socket.OPEN);
  await welcomed(port, 4);
}

describeWith(NGINX)('two processes behind nginx', () => {
  it('are drained one by one, and lose no client (Q14)', () => drains(balancer), 60_000);
});

describeWith(CADDY)('two processes behind Caddy', () => {
  it('are drained one by one, and lose no client (Q14)', () => drains(caddy), 60_000);
});
