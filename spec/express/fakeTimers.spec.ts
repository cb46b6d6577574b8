import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setRelay, ws } from '../../lib/express/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { cleanUp, open, serve } from './support.js';

afterEach(async () => {
  jest.useRealTimers();
  await cleanUp();
});

describe('fake timers', () => {
  it('do not reach the relay: a client connects, is served and leaves while they are faked (§0)', async () => {
    const { port, system } = await serve({
      routes: (app) => app.get('/ws', (_req, res) => void setRelay(res, { target_pid: pid }).end()),
    });
    const target = probe(system);
    const { pid } = target;
    // What Express and the client use of them stays as it is.
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] });
    const client = await open(port, '/ws');
    system.send((await target.expect(ws.join)).payload.client_pid, ws.send, { data: 'hello' });
    expect(await client.next()).toBe('hello');

    client.socket.close(1000);
    expect((await client.closed).code).toBe(1000);
    await target.expect(ws.leave);
  });
});
