import { afterAll, describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { prices, ws } from '../../examples/19-outbound.js';
import { broadcast, join, send } from '../../lib/index.js';
import { json as jsonOf } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/index.js';
import { type Client, cleanUp, onCleanup, open, within } from '../express/support.js';
import { freePort } from '../support/freePort.js';
import { marbles } from '../support/marbles.js';
import { json, start } from './start.js';

afterAll(cleanUp);

describe('examples/19-outbound', () => {
  it(
    'asks the feed when that is there, and says on what it says, in a diagram',
    marbles(({ hot, run, expectObservable }) => {
      const feed = { client_pid: 'f', metadata: { symbol: 'ABC' } };
      const ada = { client_pid: 'a', metadata: {} };
      const inbox = hot(' a-f-p-t-l-f', {
        a: message(ws.join, ada),
        f: message(ws.join, feed),
        p: message(ws.message, { ...feed, type: 'text', data: '10' }),
        t: message(ws.message, { ...ada, type: 'text', data: 'hello' }),
        l: message(ws.leave, { ...feed, reason: 'connection lost' }),
      });
      const expected = '  j-q-b---x-q';

      expectObservable(run(prices, inbox)).toBe(expected, {
        j: join('clients', 'a'),
        q: send('f', ws.send, { data: 'ABC' }),
        b: broadcast('clients', ws.send, { data: '10' }),
        x: broadcast('clients', ws.send, jsonOf({ symbol: 'ABC', lost: true })),
      });
    }),
  );

  it('serves a feed to clients of its own, who stay when that is started again (A9)', async () => {
    const port = await freePort();
    const feedOf = (cents: number): WebSocketServer => {
      const server = new WebSocketServer({ port, host: '127.0.0.1' });
      server.on('connection', (socket) => {
        socket.on('message', (symbol) =>
          socket.send(JSON.stringify({ symbol: `${symbol}`, cents })),
        );
      });
      return server;
    };
    const stop = (server: WebSocketServer): void => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    };
    const started = await start('examples/19-outbound.ts', { FEED: `ws://127.0.0.1:${port}/ws` });
    const clients = await Promise.all(['ada', 'bob'].map(() => open(started.port, '/ws/prices')));
    const all = async (): Promise<unknown[]> => {
      const heard = clients.map(async (client: Client) => json(await client.next()));
      return within(Promise.all(heard), 'what they hear', 10_000);
    };

    const before = feedOf(10);
    const price = (cents: number) => ({ symbol: 'ABC', cents });
    expect(await all()).toEqual([price(10), price(10)]);
    stop(before);
    expect(await all()).toEqual([
      { symbol: 'ABC', lost: true },
      { symbol: 'ABC', lost: true },
    ]);
    const after = feedOf(20);
    onCleanup(() => stop(after));
    expect(await all()).toEqual([price(20), price(20)]);

    started.child.kill('SIGTERM');
    expect(await within(started.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });
    expect(started.complained()).toMatch(
      /cannot connect to ws:\/\/127.0.0.1:\d+\/ws: connect ECONN/,
    );
    expect(started.complained()).toContain('connection closed: 1006 connection lost');
  }, 40_000);
});
