// Nothing lost, nothing doubled: a client counts on over a lost connection and a restart of the server, whose history is on
// disk, and what it asks once is done once.
//
//   node --import tsx examples/18-resume.ts
//
// It starts its server as a process of its own: node --import tsx examples/18-resume.ts serve <folder of the history>
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createSystem } from 'rx-process';
import { channel, createWebSocketManager, ofEvent, WebSocketMessage } from 'rx-process/channels';
import { connectChannels, event } from 'rx-process/client';
import { acceptUpgrades, websocketRoutes } from 'rx-process/express';
import { levelStore } from 'rx-process/level';
import { delay, filter, firstValueFrom, interval, lastValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import { isMain, listen } from './lib/listen.js';

/** What both sides know of each other. */
export const count = event<number>('count');
export const order = event<string, { readonly performed: number }>('order');

/** Counts ten times a second, and goes on where the history ends. */
async function serve(folder: string): Promise<void> {
  const store = await levelStore(folder);
  const system = createSystem();
  const channels = [channel('counter', { history: { size: 1_000, ttl: '1h', store } })];
  const manager = createWebSocketManager(system, { channels });
  const counter = manager.channel('counter');

  const next = () => (counter.position?.offset ?? 0) + 1;
  const tick = () => counter.send(WebSocketMessage.event(count, next()));
  const ticking = interval(100).subscribe(tick);

  // The worst moment: the order is performed, and before the client knows of it its connection is lost.
  let performed = 0;
  const orders$ = manager.messages$.pipe(ofEvent(order));
  orders$.subscribe(({ connection }) => {
    performed++;
    manager.closeConnection(connection.pid, 1012, 'lost, for this example; retry=300');
  });
  orders$.pipe(delay(100)).subscribe((message) => message.reply({ performed }));

  const relay = websocketRoutes(manager);
  const end = async () => {
    await lastValueFrom(relay.drain({ retryAfter: '200ms', jitter: '100ms' }));
    ticking.unsubscribe();
    for (let missed = 0; missed < 5; missed++) tick(); // nobody is there to hear it
  };
  acceptUpgrades(listen(express().use(relay), { relay, system, end }));
}

/** A server in a process of its own, and how to stop it. */
async function startServer(folder: string, port: string) {
  const env = { ...process.env, PORT: port };
  const child = fork(process.argv[1] ?? '', ['serve', folder], { env, silent: true });
  child.stderr?.pipe(process.stderr);
  const [line] = await once(child.stdout ?? child, 'data');
  return {
    port: /:(\d+)\n/.exec(String(line))?.[1] ?? '',
    stop: async () => void (child.kill('SIGTERM') && (await once(child, 'exit'))),
  };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rx-process-resume-'));
  let server = await startServer(folder, '0');
  // Node has a WebSocket of its own from 22 on.
  const options = { WebSocket, backoff: { base: 100, cap: 200 } };
  const client = connectChannels(`http://127.0.0.1:${server.port}/ws`, options);
  const counter = client.channel('counter', { rewind: 100 });
  const heard: number[] = [];

  const say = (text: string) => console.log(text);
  client.state$.subscribe((state) => {
    if (state.status === 'open')
      say(`open, ${state.resumed ? 'the same session' : 'a new session'}`);
    if (state.status === 'waiting')
      say(`lost: ${state.ended.reason.replace(/; retry.*/, '') || 'no answer'}`);
  });
  counter.gaps$.subscribe(({ reason }) => say(`something is missing: ${reason}`));
  const count$ = counter.events(count);
  count$.subscribe((n) => {
    heard.push(n);
    say(`count ${n}`);
  });
  const heardTo = (n: number) => firstValueFrom(count$.pipe(filter((each) => each >= n)));

  await heardTo(3);
  say('it orders, once');
  const { performed } = await firstValueFrom(counter.request(order, 'a book', { once: true }));
  say(`ordered: performed ${performed} time`);

  const before = heard.length;
  say('the server stops, and counts on for a moment');
  await server.stop();
  say('the server starts');
  server = await startServer(folder, server.port);
  await heardTo(before + 10);

  client.close();
  await server.stop();
  rmSync(folder, { recursive: true });
  const wrong = heard.filter((n, index) => n !== index + 1);
  say(
    `counted to ${heard.length}: ${wrong.length === 0 ? 'nothing lost, nothing doubled' : `wrong: ${wrong}`}`,
  );
}

if (isMain(import.meta)) {
  const [, , command, folder] = process.argv;
  await (command === 'serve' ? serve(folder ?? './history') : main());
}
