import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { setRelay, ws } from '../../lib/express/index.js';
import { relayUpgrades } from '../../lib/http/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { cleanUp, onCleanup, open, type Running, serve, within } from '../express/support.js';
import { quiet } from '../support/runtime.js';
import { exitOf, shown } from './scene.js';

afterEach(cleanUp);

const over = { code: 4401, reason: 'authorization expired' };

/** A relay whose connections expire as the query says, from now on, in milliseconds. */
async function expiring(expiresAt: (given: number) => number | string | Date = (given) => given) {
  const running: Running = await serve({
    routes: (app) => {
      app.get('/ws', (req, res) => {
        const expires_at = expiresAt(Date.now() + Number(req.query.in));
        setRelay(res, { target_pid: target.pid, expires_at }).end();
      });
    },
  });
  const target = probe(running.system);
  return { ...running, target };
}

describe('expires_at', () => {
  it.each([
    { what: 'a number', expiresAt: (given: number) => given },
    { what: 'a Date', expiresAt: (given: number) => new Date(given) },
    { what: 'a text', expiresAt: (given: number) => new Date(given).toISOString() },
  ])(
    'closes with 4401 when it has passed, given as $what (X13, cause n)',
    async ({ expiresAt }) => {
      const { port, system, target, warnings } = await expiring(expiresAt);
      const began = Date.now();
      const client = await open(port, '/ws?in=150');
      const { payload } = await target.expect(ws.join);
      const exit = exitOf(system, payload.client_pid);

      expect(await within(client.closed, 'the close')).toEqual(over);
      expect(Date.now() - began).toBeGreaterThanOrEqual(150);
      expect((await target.expect(ws.leave)).payload.reason).toBe(over.reason);
      expect(shown(await exit)).toBe('normal 4401 authorization expired');
      expect(warnings).toEqual([]);
    },
  );

  it('closes right behind the 101 when it has passed before (X13)', async () => {
    const { port, warnings } = await expiring();
    const client = await open(port, '/ws?in=-1000');

    expect(await within(client.closed, 'the close')).toEqual(over);
    expect(warnings).toEqual([]);
  });

  it('warns of seconds (X13)', async () => {
    const { port, warnings } = await expiring((given) => Math.floor(given / 1_000));
    const client = await open(port, '/ws?in=3600000');

    expect(await within(client.closed, 'the close')).toEqual(over);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'expires_at',
        message: expect.stringContaining('multiply by 1,000'),
      }),
    ]);
  });

  it('is moved by ws.control, also more than once (X14)', async () => {
    const { port, system, target } = await expiring();
    const client = await open(port, '/ws?in=200');
    const { client_pid } = (await target.expect(ws.join)).payload;
    system.send(client_pid, ws.control, { expires_at: Date.now() + 3_600_000 });
    system.send(client_pid, ws.control, { expires_at: 'tomorrow' });
    // Long enough for the first time to pass: the second one, which is an hour off, is in force.
    const first = await open(port, '/ws?in=250');
    await within(first.closed, 'the close of another');

    expect(client.socket.readyState).toBe(client.socket.OPEN);
    system.send(client_pid, ws.control, { expires_at: new Date() });
    expect(await within(client.closed, 'the close')).toEqual(over);
  });

  it('is a field of an answer without Express (X13, H13)', async () => {
    const system = quiet();
    const target = probe(system);
    const server = createServer().listen(0, '127.0.0.1');
    const relay = relayUpgrades(server, system, () => ({
      target_pid: target.pid,
      expires_at: new Date(Date.now() + 50),
    }));
    onCleanup(async () => {
      await relay.shutdown();
      await system.shutdown();
      server.close();
    });
    await once(server, 'listening');
    const client = await open((server.address() as AddressInfo).port, '/');

    expect(await within(client.closed, 'the close')).toEqual(over);
  });
});
