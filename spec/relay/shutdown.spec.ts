import { afterEach, describe, expect, it } from '@jest/globals';
import { ws } from '../../lib/express/index.js';
import type { ExitReason } from '../../lib/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import {
  cleanUp,
  handshake,
  open,
  Raw,
  type Running,
  refusal,
  serve,
  within,
} from '../express/support.js';
import { settled } from '../support/runtime.js';
import { exitOf, relayTo, scene } from './scene.js';

afterEach(cleanUp);

describe('shutdown (Q3)', () => {
  it('of the relay closes all, tells live targets, refuses the rest, and keeps no timer', async () => {
    const made = await scene();
    const others = [await open(made.port, '/ws'), await open(made.port, '/ws')];
    const done = made.relay.shutdown();

    expect((await refusal(made.port, '/ws')).status).toBe(503);
    for (const client of [made.client, ...others]) {
      expect(await within(client.closed, 'the close')).toEqual({
        code: 1001,
        reason: 'server shutting down',
      });
    }
    await within(done, 'the shutdown');
    expect(made.relay.count).toBe(0);
    for (let i = 0; i < 3; i++) {
      expect((await made.target.expect(ws.leave)).payload.reason).toBe('server shutting down');
    }
  });

  it.each([
    { how: 'shut down', end: ({ relay }: Running) => void relay.shutdown() },
    { how: 'drained', end: ({ relay }: Running) => void relay.drain() },
  ])('closes a connection whose spawn has the relay $how', async ({ end }) => {
    const running = await serve({ routes: relayTo(() => target.pid) });
    const target = probe(running.system);
    await settled(running.system);
    running.system.events$.subscribe(({ type }) => void (type === 'spawned' && end(running)));
    const client = await open(running.port, '/ws');

    expect(await within(client.closed, 'the close')).toMatchObject({ code: 1001 });
    await within(running.relay.shutdown(), 'the shutdown');
    expect(running.relay.count).toBe(0);
  });

  it('of the relay waits for a client that does not answer no longer than the close timeout', async () => {
    const running = await serve({ relay: { closeTimeout: 30 }, routes: relayTo(() => target.pid) });
    const target = probe(running.system);
    const raw = new Raw(running.port).write(handshake('/ws'));
    await target.expect(ws.join);
    await within(running.relay.shutdown(), 'the shutdown');

    expect(await raw.end()).toContain('server shutting down');
  });

  it('of the system closes its connections with 1001, and resolves', async () => {
    const made = await scene();
    const { system, client } = made;
    const done = system.shutdown();

    expect(await within(client.closed, 'the close')).toEqual({
      code: 1001,
      reason: 'server shutting down',
    });
    await within(done, 'the shutdown');
    expect(system.processes()).toEqual([]);
    expect(made.relay.count).toBe(0);
    expect((await refusal(made.port, '/ws')).status).toBe(503);
  });

  it('of the system closes relays first, so that live targets see the leave (O3, Q3)', async () => {
    const { system, target } = await scene();
    const left = target.expect(ws.leave);
    await within(system.shutdown(), 'the shutdown');

    expect((await left).payload.reason).toBe('server shutting down');
  });

  it('of the system does not wait for a client beyond its timeout; the cause stays (Z3)', async () => {
    const running = await serve({
      relay: { closeTimeout: '1m' },
      routes: relayTo(() => target.pid),
    });
    const { system } = running;
    const target = probe(system);
    const raw = new Raw(running.port).write(handshake('/ws'));
    const { payload } = await target.expect(ws.join);
    const ended = exitOf(system, payload.client_pid);
    await within(system.shutdown({ timeout: 50 }), 'the shutdown');

    expect((await ended).reason).toEqual({ type: 'killed' } satisfies ExitReason);
    expect(await raw.end()).toContain('server shutting down');
  });
});
