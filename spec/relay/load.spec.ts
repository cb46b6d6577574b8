import { afterEach, describe, expect, it } from '@jest/globals';
import { ignoreElements, merge, NEVER, tap } from 'rxjs';
import { setRelay, ws } from '../../lib/express/index.js';
import { act, type Behavior, ofTopic, type Pid, upgrade } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import {
  type Client,
  cleanUp,
  deferred,
  echo,
  open,
  type Running,
  serve,
  within,
} from '../express/support.js';
import { collect, settled, turns } from '../support/runtime.js';

afterEach(cleanUp);

/** A relay to the process that the query names. */
const byQuery = (app: Running['app']): void => {
  app.get('/ws', (req, res) => {
    setRelay(res, { target_pid: String(req.query.to), metadata: { name: req.query.name } }).end();
  });
};

const openTo = (port: number, to: Pid, name = ''): Promise<Client> =>
  open(port, `/ws?to=${encodeURIComponent(to)}&name=${name}`);

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`);

describe('flow control (Q2)', () => {
  it('brings 50,000 frames of a fast client to a slow target: all, in order, few at a time', async () => {
    const FRAMES = 50_000;
    const running = await serve({ routes: byQuery });
    const { port, system } = running;
    const received: unknown[] = [];
    const done = deferred();
    let deepest = 0;
    const slow: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        act(async ({ payload }) => {
          deepest = Math.max(deepest, system[kernelOf].processes.get(target)?.mailbox.depth ?? 0);
          received.push(payload.data);
          if (received.length === FRAMES) done.resolve();
          // Other I/O has its turn every so often, so that the client gets ahead.
          if (received.length % 100 === 0) await turns(1);
        }),
      );
    const target = system.spawn(slow);
    const drops = collect(system.events$, ({ type }) => type);
    const fast = await openTo(port, target);
    const other = await openTo(port, system.spawn(echo));
    for (const text of numbers(FRAMES)) fast.socket.send(text);
    while (received.length < FRAMES / 2) {
      expect(await other.ask('still here?')).toBe('still here?');
    }
    await within(done.promise, 'all frames', 15_000);

    expect(received).toEqual(numbers(FRAMES));
    // The high-water mark, and the join.
    expect(deepest).toBeGreaterThan(500);
    expect(deepest).toBeLessThanOrEqual(1_001);
    expect(drops.filter((type) => type === 'drop')).toEqual([]);
    expect(await other.ask('and now?')).toBe('and now?');
  }, 20_000);

  it('brings every frame once and in order to a target that is upgraded again and again (U2)', async () => {
    const FRAMES = 20_000;
    const { port, system } = await serve({ routes: byQuery });
    const received: unknown[] = [];
    const done = deferred();
    let deepest = 0;
    system.define('target', (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        act(async ({ payload }) => {
          deepest = Math.max(deepest, system.info(target)?.depth ?? 0);
          received.push(payload.data);
          if (received.length === FRAMES) done.resolve();
          if (received.length % 100 !== 0) return undefined;
          await turns(1);
          return upgrade();
        }),
      ),
    );
    const target = system.spawn('target');
    const client = await openTo(port, target);
    for (const text of numbers(FRAMES)) client.socket.send(text);
    await within(done.promise, 'all frames', 15_000);

    expect(received).toEqual(numbers(FRAMES));
    expect(deepest).toBeGreaterThan(500);
    expect(deepest).toBeLessThanOrEqual(1_001);
  }, 20_000);

  it('reads nothing more of a client whose target stands still, until that goes on', async () => {
    const { port, system } = await serve({ routes: byQuery });
    const go = deferred();
    const received: number[] = [];
    const done = deferred();
    const stuck: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        act(async ({ payload }) => {
          await go.promise;
          received.push((payload.data as Uint8Array).length);
          if (received.length === 200) done.resolve();
        }),
      );
    const target = system.spawn(stuck);
    const client = await openTo(port, target);
    for (let i = 0; i < 200; i++) client.socket.send(new Uint8Array(100_000));
    // 20 MB: more than the mark and the kernel's buffers take, so some of it waits at the client.
    const { mailbox } = system[kernelOf].processes.get(target) as { mailbox: { bytes: number } };
    await until(() => mailbox.bytes >= 1024 * 1024, 'the mark');
    await turns(20);

    expect(mailbox.bytes).toBeLessThan(1024 * 1024 + 200_000);
    expect(client.socket.bufferedAmount).toBeGreaterThan(0);
    go.resolve();
    await within(done.promise, 'all frames', 10_000);
    expect(received).toEqual(new Array(200).fill(100_000));
    expect(client.socket.readyState).toBe(1);
  }, 15_000);

  it('lets go of a client that left while it was held, after its frames', async () => {
    const { port, system, relay } = await serve({ routes: byQuery });
    const go = deferred();
    const topics: string[] = [];
    const gone = deferred();
    const stuck: Behavior = (inbox) =>
      inbox.pipe(
        act(async ({ topic }) => {
          await go.promise;
          topics.push(topic);
          if (topic === 'ws.leave') gone.resolve();
        }),
      );
    const client = await openTo(port, system.spawn(stuck));
    for (let i = 0; i < 5_000; i++) client.socket.send('x');
    client.socket.close(1000);
    await turns(20);
    go.resolve();
    await within(gone.promise, 'the leave');

    expect(topics).toHaveLength(5_002);
    expect(topics[0]).toBe('ws.join');
    expect(topics.at(-1)).toBe('ws.leave');
    await until(() => relay.count === 0, 'the end');
  });

  it.each([
    {
      what: 'closes',
      deed: (running: Running, pid: Pid) => running.system.send(pid, ws.close, { code: 4000 }),
      code: 4000,
    },
    { what: 'shuts down', deed: (running: Running) => void running.relay.shutdown(), code: 1001 },
  ])('does not keep a held connection from ending when somebody $what', async ({ deed, code }) => {
    // So long that it must be the client's answer that ends it, and that was not read before.
    const running = await serve({ relay: { closeTimeout: '1m' }, routes: byQuery });
    const { port, system } = running;
    const client = await openTo(
      port,
      system.spawn(() => NEVER),
    );
    const pid = system.processes().find(({ host }) => host === 'relay')?.pid as Pid;
    for (let i = 0; i < 5_000; i++) client.socket.send('x');
    await turns(20);
    deed(running, pid);

    expect((await within(client.closed, 'the close')).code).toBe(code);
    await until(() => running.relay.count === 0, 'the end');
  });
});

/** Turn by turn, until something is so; not for ever. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what}: not within 5 s`);
    await turns(1);
  }
}

/** mulberry32: the same numbers for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Entry {
  readonly target: number;
  readonly topic: string;
  readonly client: Pid;
  readonly data: string | undefined;
}

/** Writes what it gets into a log that it shares with others: one run queue brings it all. */
const clerk =
  (log: Entry[], target: number): Behavior =>
  (inbox) =>
    merge(
      inbox.pipe(
        tap(({ topic, payload }) => {
          const { client_pid, data } = payload as { client_pid: Pid; data?: string };
          log.push({ target, topic: topic.slice(3), client: client_pid, data });
        }),
        ignoreElements(),
      ),
      NEVER,
    );

describe('under load', () => {
  const CLIENTS = 8;
  const FRAMES = 2_000;
  const TARGETS = 4;

  it.each([1, 2, 3])(
    'transfers lose, double and reorder nothing (X3, X4), seed %i',
    async (seed) => {
      const below = random(seed);
      const { port, system } = await serve({ routes: byQuery });
      const log: Entry[] = [];
      const targets = numbers(TARGETS).map((_, i) => system.spawn(clerk(log, i)));
      const exits: string[] = [];
      const clients: Client[] = [];
      for (let c = 0; c < CLIENTS; c++) clients.push(await openTo(port, targets[0] as Pid));
      await until(() => log.length === CLIENTS, 'the joins');
      const pids = log.map(({ client }) => client);
      for (const pid of pids) system.monitor(pid).subscribe(() => exits.push(pid));
      for (let i = 0; i < FRAMES; i++) {
        for (const client of clients) client.socket.send(`${i}`);
        if (i % 20 > 0) continue;
        const to = targets[below(TARGETS)] as Pid;
        system.send(pids[below(CLIENTS)] as Pid, ws.control, { target_pid: to });
        if (below(3) === 0) await turns(1);
      }
      for (const client of clients) client.socket.close(1000);
      await until(() => exits.length === CLIENTS, 'the exits');
      await settled(system);

      expect([...exits].sort()).toEqual([...pids].sort());
      for (const pid of pids) {
        const mine = log.filter(({ client }) => client === pid);
        expect(mine.flatMap(({ data }) => data ?? [])).toEqual(numbers(FRAMES));
        let here: number | undefined;
        for (const { topic, target } of mine) {
          if (topic === 'join') {
            expect(here).toBeUndefined();
            here = target;
          }
          expect(target).toBe(here);
          if (topic === 'leave') here = undefined;
        }
        expect(here).toBeUndefined();
      }
      expect(new Set(log.map(({ target }) => target)).size).toBe(TARGETS);
    },
    15_000,
  );

  it.each([4, 5])(
    'every connection exits once and every join has its leave under kills and disconnects, seed %i',
    async (seed) => {
      const below = random(seed);
      const { port, system, relay } = await serve({
        relay: { closeTimeout: 100 },
        routes: byQuery,
      });
      const log: Entry[] = [];
      const targets = numbers(8).map((_, i) => system.spawn(clerk(log, i)));
      const dead = new Set<number>();
      const clients: Client[] = [];
      for (let c = 0; c < 40; c++) clients.push(await openTo(port, targets[c % 8] as Pid));
      await until(() => log.length === 40, 'the joins');
      const pids = log.map(({ client }) => client);
      const exits: Pid[] = [];
      for (const pid of pids) system.monitor(pid).subscribe(() => exits.push(pid));
      for (let i = 0; i < 400; i++) {
        const client = clients[below(40)] as Client;
        const pid = pids[below(40)] as Pid;
        const deed = below(20);
        if (deed === 0) client.socket.close(1000);
        else if (deed === 1) client.socket.terminate();
        else if (deed === 2) system.send(pid, ws.close);
        else if (deed === 3) system.terminate(pid);
        else if (deed === 4) system.cancel(pid);
        else if (deed === 5 && i % 8 === 0) {
          const victim = 1 + below(7);
          dead.add(victim);
          system.terminate(targets[victim] as Pid);
        } else if (deed < 12)
          system.send(pid, ws.control, { target_pid: targets[below(8)] as Pid });
        else if (client.socket.readyState === 1) client.socket.send(`${i}`);
        if (below(4) === 0) await turns(1);
      }
      for (const client of clients) client.socket.close(1000);
      await until(() => exits.length === 40 && relay.count === 0, 'the exits');
      await settled(system);

      expect([...exits].sort()).toEqual([...pids].sort());
      for (const pid of pids) {
        for (let target = 0; target < 8; target++) {
          const mine = log.filter((entry) => entry.client === pid && entry.target === target);
          const topics = mine.map(({ topic }) => topic).join(' ');
          const visit = 'join (message )*leave ?';
          expect(topics).toMatch(
            new RegExp(dead.has(target) ? `^(${visit})*(join ?(message ?)*)?$` : `^(${visit})*$`),
          );
        }
      }
    },
    15_000,
  );
});
