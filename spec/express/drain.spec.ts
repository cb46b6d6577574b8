import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom, lastValueFrom, NEVER } from 'rxjs';
import { readRetry, setRelay, ws } from '../../lib/express/index.js';
import { relayUpgrades } from '../../lib/http/index.js';
import type { Behavior } from '../../lib/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { collect, quiet } from '../support/runtime.js';
import {
  cleanUp,
  deferred,
  echo,
  handshake,
  onCleanup,
  open,
  refusal,
  serve,
  servePending,
  within,
} from './support.js';

afterEach(cleanUp);

const toEcho = (app: Parameters<NonNullable<Parameters<typeof serve>[0]['routes']>>[0]): void => {
  app.get('/ws', (_req, res) => void setRelay(res, { target: echo }).end());
};

/** A client without a library, of which 2,000 fit into a test. */
class BareClient {
  readonly socket: Socket;
  readonly opened = deferred();
  /** The code and the reason of the close frame, or nothing. */
  close: { readonly code: number; readonly reason: string } | undefined;

  constructor(port: number, answers: boolean) {
    this.socket = connect(port, '127.0.0.1', () => this.socket.write(handshake('/ws')));
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => this.#read(bytes, answers));
  }

  /** The 101 and the close frame never come together here. */
  #read(bytes: Buffer, answers: boolean): void {
    if (bytes.toString('latin1').startsWith('HTTP/1.1 101')) return this.opened.resolve();
    const length = bytes[1] as number;
    this.close = {
      code: bytes.readUInt16BE(2),
      reason: bytes.subarray(4, 2 + length).toString(),
    };
    // Masked with zeros.
    if (answers) this.socket.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, ...bytes.subarray(2, 4)]));
  }
}

describe('relay.drain', () => {
  it('ends 2,000 connections inside the deadline, of which one does not answer (Q14, Q15)', async () => {
    const count = 2_000;
    const leaves: string[] = [];
    const target: Behavior = (inbox) => {
      inbox.subscribe(({ topic, payload }) => {
        if (topic === ws.leave) leaves.push((payload as { reason: string }).reason);
      });
      return NEVER;
    };
    const { port, relay } = await serve({
      relay: { closeTimeout: '1m' },
      routes: (app, { system }) => {
        const target_pid = system.spawn(target);
        app.get('/ws', (_req, res) => void setRelay(res, { target_pid }).end());
      },
    });
    const clients = Array.from({ length: count }, (_, i) => new BareClient(port, i > 0));
    onCleanup(() => clients.forEach(({ socket }) => void socket.destroy()));
    await within(Promise.all(clients.map(({ opened }) => opened.promise)), 'all clients', 30_000);
    const began = performance.now();
    const end = await within(lastValueFrom(relay.drain({ deadline: '4s' })), 'the drain', 8_000);
    const took = performance.now() - began;

    expect(end).toEqual({ total: count, open: 0, closing: 0, closed: count - 1, cut: 1 });
    expect([took >= 3_900, took < 6_000]).toEqual([true, true]);
    expect(new Set(clients.map(({ close }) => close?.code))).toEqual(new Set([1012]));
    const retries = clients.map(({ close }) => Number(readRetry(close?.reason ?? '')));
    expect([Math.min(...retries) >= 1_000, Math.max(...retries) <= 11_000]).toEqual([true, true]);
    expect(new Set(retries).size).toBeGreaterThan(count / 2);
    expect(leaves).toEqual(Array(count).fill('server restarting'));
    expect(relay.count).toBe(0);
  }, 60_000);

  it('refuses upgrades with 503 and when to come back, meanwhile and afterwards (Q14, H2 row 1)', async () => {
    const { port, relay } = await serve({ routes: toEcho });
    const client = await open(port, '/ws');
    const drained = lastValueFrom(relay.drain({ retryAfter: 2_500 }));

    const expected = { status: 503, body: 'Relay is shutting down' };
    const meanwhile = await refusal(port, '/ws');
    expect(meanwhile).toMatchObject(expected);
    expect(meanwhile.headers['retry-after']).toBe('3');
    expect(await within(client.closed, 'the close')).toMatchObject({ code: 1012 });
    await within(drained, 'the drain');
    expect((await refusal(port, '/ws')).headers['retry-after']).toBe('3');
  });

  it('refuses the handshakes that are with their handlers, too (Q14, Q3)', async () => {
    const { port, relay, handler } = await servePending();
    const answer = refusal(port, '/ws/room');
    const response = await handler();
    relay.drain();

    expect((await answer).headers['retry-after']).toBe('1');
    setRelay(response, { target: echo }).end();
    expect(relay.count).toBe(0);
  });

  it('is cut short by the shutdown of its system (Q16, O3)', async () => {
    const { port, relay, system } = await serve({ routes: toEcho });
    const clients = [await open(port, '/ws'), await open(port, '/ws')];
    const progress = collect(relay.drain({ batch: 1, interval: '1h', deadline: '10h' }));
    await within(system.shutdown(), 'the shutdown');

    const closes = await Promise.all(clients.map(({ closed }) => within(closed, 'the close')));
    expect(closes.map(({ code }) => code)).toEqual([1012, 1001]);
    expect(progress.at(-1)).toMatchObject({ total: 2, closed: 2 });
  });

  it('ends a relay without Express as well (Q14, H13)', async () => {
    const system = quiet();
    const target = probe(system);
    const server = createServer().listen(0, '127.0.0.1');
    const relay = relayUpgrades(server, system, () => ({ target_pid: target.pid }));
    onCleanup(async () => {
      await relay.shutdown();
      await system.shutdown();
      server.close();
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = await open(port, '/');
    const drained = relay.drain({ retryAfter: 0, jitter: 0 });

    expect((await firstValueFrom(drained)).total).toBe(1);
    expect((await refusal(port, '/')).headers['retry-after']).toBe('0');
    expect(await within(client.closed, 'the close')).toEqual({
      code: 1012,
      reason: 'server restarting; retry=0',
    });
    expect((await target.expect(ws.leave)).payload.reason).toBe('server restarting');
    await within(lastValueFrom(drained), 'the drain');
  });
});
