import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { map, mergeMap } from 'rxjs';
import { setRelay } from '../../../lib/express/index.js';
import {
  act,
  type Behavior,
  createSystem,
  type ExitReason,
  is,
  ofTopic,
  type Pid,
  type Self,
  type System,
  type SystemEvent,
  send,
} from '../../../lib/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { probe } from '../../../lib/testing/index.js';
import { type DialOptions, dial } from '../../../lib/ws/index.js';
import { cleanUp, deferred, echo, onCleanup, open, serve, within } from '../../express/support.js';
import { collect, turns } from '../../support/runtime.js';
import { until } from '../support.js';
import { accepting, bare, type Other, other } from './support.js';

afterEach(cleanUp);

let system: System;
let events: SystemEvent[];

beforeEach(() => {
  system = createSystem({ logger: false });
  events = collect(system.events$);
  onCleanup(() => system.shutdown());
});

/** The end of a process, as a promise. */
function exitOf(pid: Pid): Promise<ExitReason> {
  const ended = deferred<ExitReason>();
  system.monitor(pid).subscribe(({ reason }) => ended.resolve(reason));
  return within(ended.promise, 'the exit', 8_000);
}

/** A connection as a process, its target, and its server's end. */
async function scene(options: Partial<DialOptions> = {}, there?: Other) {
  const server = there ?? (await other());
  const target = probe(system);
  const pid = system.spawn(dial(server.url, { target: target.pid, ...options }));
  const exit = exitOf(pid);
  return { pid, target, exit, server: await server.next() };
}

const normal = (code: number, reason: string, retryable: boolean): ExitReason => ({
  type: 'normal',
  value: { code, reason, retryable },
});
const failed = (code: number, reason: string, retryable = true): unknown => ({
  type: 'error',
  error: expect.objectContaining({ name: 'ConnectionError', code, reason, retryable }),
});

describe('dial', () => {
  it("speaks the relay's topics, from join to leave (A8, L2, L3)", async () => {
    const metadata = { feed: 'prices' };
    const { pid, target, server, exit } = await scene({ metadata });
    server.socket.send('a');
    server.socket.send(Buffer.of(1, 2));
    server.socket.close(1001, 'bye');
    await exit;

    const shared = { client_pid: pid, metadata };
    expect(target.messages).toEqual([
      { topic: 'ws.join', from: pid, payload: shared },
      { topic: 'ws.message', from: pid, payload: { ...shared, type: 'text', data: 'a' } },
      {
        topic: 'ws.message',
        from: pid,
        payload: { ...shared, type: 'binary', data: Uint8Array.of(1, 2) },
      },
      { topic: 'ws.leave', from: pid, payload: { ...shared, reason: 'bye' } },
    ]);
  });

  it('has a heartbeat, and a topic of its own for messages (A8, L5, H5)', async () => {
    const { target, server } = await scene({ heartbeat_interval: '20ms', message_topic: 'price' });
    server.socket.send('7');

    expect((await target.expect<{ data: string }>('price' as never)).payload.data).toBe('7');
    const { payload } = await target.expect(ws.heartbeat);
    expect(payload).toMatchObject({ metadata: {}, uptime: expect.any(String) });
  });

  it('does what processes ask: ws.send, also with an ack, ws.control, ws.close (A8, W9, X1)', async () => {
    const { pid, target, server, exit } = await scene();
    target.self.send(pid, ws.send, { data: 'text' });
    target.self.send(pid, ws.send, { data: Uint8Array.of(3), ack: 'got it' });
    expect([await server.next(), await server.next()]).toEqual(['text', Buffer.of(3)]);
    expect((await target.expect(ws.sent)).payload).toEqual({
      client_pid: pid,
      ref: 'got it',
      outcome: 'sent',
    });

    const second = probe(system);
    target.self.send(pid, ws.control, { target_pid: second.pid, metadata: { now: 'second' } });
    expect((await target.expect(ws.leave)).payload.reason).toBe('transferred');
    expect((await second.expect(ws.join)).payload).toEqual({
      client_pid: pid,
      metadata: { now: 'second' },
    });
    server.socket.send('to the second');
    expect((await second.expect(ws.message)).payload.data).toBe('to the second');

    second.self.send(pid, ws.close, { code: 4001, reason: '' });
    expect(await within(server.closed, 'the close')).toEqual({ code: 4001, reason: '' });
    expect((await second.expect(ws.leave)).payload.reason).toBe('closed by client');
    expect(await exit).toEqual(normal(4001, '', false));
  });

  it('has what was sent to it wait until it is open, in order, a close as well (A8)', async () => {
    const there = await other();
    const target = probe(system);
    const pid = system.spawn(dial(there.url, { target: target.pid }));
    for (const data of ['first', 'second']) system.send(pid, ws.send, { data });
    system.send(pid, ws.close, 'enough');
    const server = await there.next();

    expect([await server.next(), await server.next()]).toEqual(['first', 'second']);
    expect(await within(server.closed, 'the close')).toEqual({ code: 1000, reason: 'enough' });
  });

  it('lets a behaviour that was written for clients serve a server, unchanged (A8)', async () => {
    const there = await other();
    system.spawn(dial(there.url, { target: system.spawn(echo) }));
    const server = await there.next();

    expect(await server.ask('grüß dich')).toBe('grüß dich');
  });

  it('makes a bridge of two PIDs (A8)', async () => {
    const there = await other();
    /** Each client of ours has a connection of its own to the other server. */
    const bridge: Behavior = (inbox, self) => {
      const peers = new Map<Pid, Pid>();
      return inbox.pipe(
        mergeMap((message) => {
          const isOurs = is(message, ws.join) && peers.size === 0;
          if (isOurs) {
            const { client_pid } = message.payload;
            const { pid } = self.spawnLinked(dial(there.url, { target: self.pid }));
            peers.set(client_pid, pid).set(pid, client_pid);
          }
          if (!is(message, ws.message)) return [];
          const { client_pid, data } = message.payload;
          return [send(peers.get(client_pid) as Pid, ws.send, { data })];
        }),
      );
    };
    const { port } = await serve({
      routes: (app) => app.get('/ws', (_req, res) => void setRelay(res, { target: bridge }).end()),
    });
    const client = await open(port, '/ws');
    const server = await there.next();
    server.socket.on('message', (data) => server.socket.send(`${data}!`));

    expect(await client.ask('over')).toBe('over!');
    client.socket.close();
    expect(await within(server.closed, 'the close')).toEqual({
      code: 1001,
      reason: 'target process exited',
    });
  });

  it('is held back by a busy target, and loses nothing (A10, Q2)', async () => {
    const there = await other();
    const gate = deferred();
    const seen: number[] = [];
    const slow: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        act(
          async ({ payload }) => {
            await gate.promise;
            seen.push(Number.parseInt(String(payload.data), 10));
          },
          { concurrency: 1 },
        ),
      );
    const target = system.spawn(slow);
    system.spawn(dial(there.url, { target }));
    const server = await there.next();
    const COUNT = 400;
    for (let i = 0; i < COUNT; i++) server.socket.send(`${i} ${'x'.repeat(50_000)}`);
    await turns(200);
    expect(server.socket.bufferedAmount).toBeGreaterThan(5_000_000);
    gate.resolve();

    await until(() => seen.length === COUNT);
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, i) => i));
  });
});

describe('the end of a connection that dial has made', () => {
  it.each([
    { how: 'normal', code: 1000, exit: normal(1000, 'target process exited', false) },
    { how: 'shutdown', code: 1001, exit: normal(1001, 'target process exited', true) },
    { how: new Error('secret'), code: 1011, exit: failed(1011, 'target process exited') },
  ] as const)(
    'comes with that of its target: $code (A9, causes d–f)',
    async ({ how, code, exit: expected }) => {
      const { target, server, exit } = await scene();
      await target.expect(ws.join);
      target.self.exit(how);

      expect(await within(server.closed, 'the close')).toEqual({
        code,
        reason: 'target process exited',
      });
      expect(await exit).toEqual(expected);
    },
  );

  it.each([
    { code: 1000, reason: 'done', exit: normal(1000, 'done', false) },
    { code: 1008, reason: '', exit: failed(1008, '', false) },
    { code: 1011, reason: '', exit: failed(1011, '') },
    { code: 1013, reason: 'retry=never', exit: failed(1013, 'retry=never', false) },
    { code: 4403, reason: '', exit: normal(4403, '', false) },
  ])(
    "is in Z1's class of the server's code: $code $reason (A9)",
    async ({ code, reason, exit: expected }) => {
      const { target, server, exit } = await scene();
      server.socket.close(code, reason);

      expect(await exit).toEqual(expected);
      expect((await target.expect(ws.leave)).payload.reason).toBe(reason || 'server closed');
    },
  );

  it('is abnormal where the server is lost, answers no ping, reads nothing or sends too much (A9–A11)', async () => {
    const lost = await scene();
    lost.server.socket.terminate();
    expect(await lost.exit).toEqual(failed(1006, 'connection lost'));

    const target = probe(system);
    const deaf = await bare(accepting());
    const silent = system.spawn(dial(deaf.url, { target: target.pid, pingInterval: '30ms' }));
    expect(await exitOf(silent)).toEqual(failed(1006, 'ping timeout'));
    expect((await target.expect(ws.leave)).payload.reason).toBe('ping timeout');

    const slow = await scene({ maxBuffered: 1_000_000 });
    slow.server.socket.pause();
    for (let i = 0; i < 20; i++)
      system.send(slow.pid, ws.send, { data: new Uint8Array(1_000_000) });
    await until(
      () => system.send(slow.pid, ws.send, { data: 'x' }) && events.some(isClosing(slow.pid)),
    );
    slow.server.socket.resume();
    expect(await slow.exit).toEqual(failed(1011, 'slow peer'));
    expect(await slow.server.closed).toEqual({ code: 1011, reason: 'slow peer' });
    expect((await slow.target.expect(ws.leave)).payload.reason).toBe('slow peer');

    const big = await scene({ readLimit: 10 });
    big.server.socket.send('x'.repeat(11));
    expect(await big.exit).toEqual(failed(1009, 'message too big'));
  });

  const isClosing =
    (pid: Pid) =>
    (event: SystemEvent): boolean =>
      event.type === 'drop' && event.pid === pid && event.reason === 'closing';

  it('comes when it is stopped, cancelled or terminated, each with its leave (A9, Z4)', async () => {
    const stopped = await scene();
    await stopped.target.expect(ws.join);
    system.exit(stopped.pid, 'shutdown');
    expect(await stopped.exit).toEqual(normal(1001, 'client shutting down', true));
    expect(await stopped.server.closed).toEqual({ code: 1001, reason: 'client shutting down' });

    const cancelled = await scene();
    await cancelled.target.expect(ws.join);
    system.cancel(cancelled.pid, { reason: 'enough' });
    expect(await cancelled.exit).toEqual(normal(1001, 'enough', true));

    const killed = await scene();
    await killed.target.expect(ws.join);
    system.terminate(killed.pid);
    expect(await killed.exit).toEqual({ type: 'killed' });
    expect((await killed.target.expect(ws.leave)).payload.reason).toBe('terminated');
    expect((await killed.server.closed).code).toBe(1006);
  });

  it('does nothing to a linked process if it is normal, and is LINK_DOWN if not (Y1)', async () => {
    const there = await other();
    const parent = deferred<Self>();
    const log: unknown[] = [];
    system.spawn((inbox, self) => {
      self.setOptions({ trapLinks: true });
      self.signals$.subscribe((signal) => log.push(signal.kind));
      parent.resolve(self);
      return inbox.pipe(map(() => undefined));
    });
    const self = await parent.promise;
    const first = self.spawnLinked(dial(there.url, { target: self.pid }));
    (await there.next()).socket.close(1000);
    await exitOf(first.pid);
    expect(log).toEqual([]);

    const second = self.spawnLinked(dial(there.url, { target: self.pid }));
    (await there.next()).socket.terminate();
    await exitOf(second.pid);
    await until(() => log.length > 0);
    expect(log).toEqual(['pid.link.down']);
    system.terminate(self.pid);
  });

  it('is a line of the log if it is abnormal: the server was our choice', async () => {
    const written: string[] = [];
    system = createSystem({
      logger: { error: (line: string) => written.push(line), warn: () => {} },
    });
    const { pid, server, exit } = await scene();
    server.socket.terminate();
    await exit;
    await system.shutdown();

    expect(written).toEqual([
      expect.stringContaining(
        `process ${pid} crashed: ConnectionError: connection closed: 1006 connection lost`,
      ),
    ]);
  });
});
