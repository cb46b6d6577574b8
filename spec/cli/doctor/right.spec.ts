import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ignoreElements, takeWhile, tap } from 'rxjs';
import { setRelay, ws } from '../../../lib/express/index.js';
import { type Behavior, is } from '../../../lib/index.js';
import { serveChannels } from '../../channels/served.js';
import { cleanUp, echo, serve, within } from '../../express/support.js';
import { examined, linesOf } from './examined.js';

afterEach(cleanUp);

describe('doctor, of a right set-up', () => {
  it('finds channels all ok, and the limit that they say (CL7)', async () => {
    const { port, manager } = await serveChannels();

    const { lines, exitCode } = await examined(`http://localhost:${port}`);

    expect(lines).toEqual([
      `ws://localhost:${port}/ws, as a page of http://localhost:${port}`,
      `ok server 127.0.0.1 accepts connections at port ${port}, after <n>`,
      'ok tls none, on this machine',
      'ok clock as here, to the second or so',
      'ok upgrade 101, and frames pass',
      `ok proxy pages of http://localhost:${port} may connect`,
      'ok origin https://attacker.example and null are refused',
      'ok cookies none on the 101',
      'ok header no X-WS-Relay comes out',
      'ok compression off',
      'ok protocol rx-process.v1, and its hello',
      'ok ping answered after <n>',
      'ok close 4406 "server speaks rx-process.v1" arrives from the server',
      'ok payload 1009 above 1,048,576 bytes, by the server itself',
      'ok idle open after 0.1s; no ping of the server came (proxies wait for 60s: --idle 65s)',
      'opened 10 connections, one at a time, and closed all',
    ]);
    expect(exitCode).toBe(0);
    expect(manager.connectionCount()).toBe(0);
  });

  it('finds a relay without channels all ok, which its application hears nothing of but joins and leaves (CL7, CL11)', async () => {
    const heard = new Set<string>();
    const ends: Promise<unknown>[] = [];
    const target: Behavior = (inbox) =>
      inbox.pipe(
        tap(({ topic }) => heard.add(topic)),
        takeWhile((message) => !is(message, ws.leave)),
        ignoreElements(),
      );
    const { port } = await serve({
      before: (_app, server) => {
        server.on('connection', (socket) => ends.push(once(socket, 'close')));
      },
      routes: (app) => {
        app.get('/ws/room', (_request, response) => setRelay(response, { target }).end());
      },
    });

    const { lines, exitCode } = await examined(`ws://127.0.0.1:${port}/ws/room`);

    expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([
      `ws://127.0.0.1:${port}/ws/room, as a page of http://127.0.0.1:${port}`,
      `opened ${ends.length} connections, one at a time, and closed all`,
    ]);
    expect(linesOf(lines, 'protocol')).toEqual(['ok protocol none: a WebSocket without channels']);
    expect(linesOf(lines, 'payload')).toEqual(['ok payload 1009 for 1,048,577 bytes']);
    expect(exitCode).toBe(0);
    await within(Promise.all(ends), 'the end of all connections');
    expect([...heard].sort()).toEqual(['ws.join', 'ws.leave']);
  });

  it('finds a longer maxPayload ok, and within which bounds it is (Q2)', async () => {
    const { port } = await serve({
      relay: { maxPayload: 2 ** 24 },
      routes: (app) => {
        app.get('/ws/echo', (_request, response) => setRelay(response, { target: echo }).end());
      },
    });

    const { lines } = await examined(`ws://127.0.0.1:${port}/ws/echo`, '--timeout', '2s');

    expect(linesOf(lines, 'payload')).toEqual([
      'ok payload 1009 for 134,217,729 bytes, and 1,048,577 bytes are taken',
    ]);
  });

  it('says when pings of the server came (CL7, Q1)', async () => {
    const { port } = await serveChannels({ pingInterval: '1s' });

    const { lines } = await examined(`http://127.0.0.1:${port}`, '--idle', '3s');

    expect(linesOf(lines, 'idle')).toEqual([
      expect.stringMatching(/^ok idle open after 3s; the server's pings came after \d/),
    ]);
  });

  it('shows how far the silent connection is, where somebody looks (CL7)', async () => {
    const { port } = await serveChannels();

    const { bars } = await examined(`http://127.0.0.1:${port}`);

    expect(bars).toContain('idle  [--------------------]  0s of 50ms');
    expect(bars.at(-1)).toBe('');
  });

  it('is an object with --json (CL7)', async () => {
    const { port } = await serveChannels();

    const { lines } = await examined(`http://127.0.0.1:${port}/ws?secret=1`, '--json');

    const { checks, ...rest } = JSON.parse(lines.join(''));
    expect(rest).toEqual({
      url: `ws://127.0.0.1:${port}/ws`,
      origin: `http://127.0.0.1:${port}`,
      skipped: [],
      connections: 10,
    });
    expect(checks).toHaveLength(14);
    expect(checks[1]).toEqual({ name: 'tls', result: 'ok', text: 'none, on this machine' });
  });
});
