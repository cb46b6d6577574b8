import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { Server as SocketServer } from 'socket.io';
import { io } from 'socket.io-client';
import { WebSocketServer } from 'ws';
import { acceptUpgrades, setRelay } from '../../lib/express/index.js';
import {
  cleanUp,
  echo,
  handshake,
  onCleanup,
  open,
  processWarnings,
  Raw,
  type Running,
  refusal,
  serve,
  within,
} from './support.js';

afterEach(cleanUp);

const toEcho = ({ app }: Running): void => {
  app.get('/ws', (_req, res) => {
    setRelay(res, { target: echo }).end();
  });
};

/** A plain ws server beside ours, on its own path. */
function other(server: Server): void {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/other') return;
    sockets.handleUpgrade(request, socket, head, (socket) => socket.send('from the other'));
  });
}

describe('acceptUpgrades beside other libraries', () => {
  it('leaves a plain ws server its own clients (Q5)', async () => {
    const { port } = await serve({
      before: (_app, server) => other(server),
      accept: { claim: '/ws' },
      routes: (_app, running) => toEcho(running),
    });

    expect(await (await open(port, '/other')).next()).toBe('from the other');
    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
  });

  it('leaves Socket.IO its own clients (Q5)', async () => {
    const { port, server } = await serve({
      accept: { claim: '/ws' },
      routes: (_app, running) => toEcho(running),
    });
    const sockets = new SocketServer(server, { destroyUpgrade: false });
    sockets.on('connection', (socket) => {
      socket.on('ask', (text: string) => socket.emit('answer', `${text}!`));
    });
    const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
    onCleanup(() => {
      client.close();
      sockets.engine.close();
    });
    const answer = new Promise((resolve) => client.on('answer', resolve));
    client.emit('ask', 'hello');

    expect(await within(answer, 'an answer')).toBe('hello!');
    const mine = await open(port, '/ws');
    expect(await mine.ask('hi')).toBe('hi');
  });

  it('leaves everything alone without a claim, and warns once (Q5)', async () => {
    const warnings = processWarnings();
    const { port } = await serve({
      before: (_app, server) => other(server),
      routes: (_app, running) => toEcho(running),
    });

    expect(await (await open(port, '/other')).next()).toBe('from the other');
    expect(await (await open(port, '/other')).next()).toBe('from the other');
    const raw = new Raw(port).write(handshake('/ws'));
    await new Promise(setImmediate);
    expect(raw.text).toBe('');
    expect(warnings).toMatchObject([{ code: 'UPGRADE_UNCLAIMED' }]);
    expect(warnings[0]?.message).toContain("{ claim: '/ws' }");
  });

  it.each([
    {
      claim: '/ws',
      claimed: ['/ws', '/ws/', '/ws/room', '/ws?x=1'],
      unclaimed: ['/', '/wsx', '/w', '/other/ws'],
    },
    { claim: '/ws/', claimed: ['/ws', '/ws/room'], unclaimed: ['/wsx'] },
    { claim: '/', claimed: ['/', '/ws'], unclaimed: [] },
  ])('claims by the path $claim', async ({ claim, claimed, unclaimed }) => {
    const { port } = await serve({
      accept: { claim },
      mount: '/',
      routes: (app) => {
        app.use((_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });

    for (const path of claimed) expect(await (await open(port, path)).ask(path)).toBe(path);
    for (const path of unclaimed) {
      expect(await refusal(port, path)).toMatchObject({ status: 404, body: 'Not found' });
    }
  });

  it.each([
    '/WS/Echo',
    '/%77s/echo',
    '/ws/echo/',
    '/ws/%zz',
    'http://host/ws/echo',
    'HTTP://host:80/WS?x=1',
    '/ws#part',
  ])('claims %s for the path /ws, as Express compares (Q5)', async (target) => {
    const { port } = await serve({
      accept: { claim: '/ws' },
      before: (app) => {
        app.use((_req, res) => {
          res.send('the application');
        });
      },
    });

    expect(await new Raw(port).write(handshake(target)).end()).toMatch(/the application$/);
  });

  it.each(['/ws%2Fecho', '/%77sx', 'http://ws/other', '//ws', '/%zz/ws'])(
    'does not claim %s for it (Q5)',
    async (target) => {
      const { port } = await serve({ accept: { claim: '/ws' } });

      expect(await new Raw(port).write(handshake(target)).end()).toMatch(/ 404 .*Not found$/s);
    },
  );

  it.each(['/Caf%C3%A9/', '/café'])(
    'claims the path %s however it is asked for (Q5)',
    async (claim) => {
      const { port } = await serve({
        accept: { claim },
        mount: false,
        routes: (app) => {
          app.use((_req, res) => {
            res.send('the application');
          });
        },
      });
      const raw = new Raw(port).write(handshake('/caf%c3%a9/one'));

      expect(await raw.end()).toMatch(/the application$/);
    },
  );

  it('claims by a function; one that throws claims nothing (Q5)', async () => {
    const warnings = processWarnings();
    const { port } = await serve({
      accept: {
        claim: (req) => {
          if (req.headers['x-throw'] !== undefined) throw new Error('no');
          return req.url === '/ws';
        },
      },
      routes: (_app, running) => toEcho(running),
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
    expect((await refusal(port, '/ws', { headers: { 'X-Throw': '1' } })).status).toBe(404);
    expect(warnings).toMatchObject([{ code: 'UPGRADE_CLAIM_FAILED' }]);
  });

  it('has one listener per server, and gives it back', async () => {
    const { server, port, stopAccepting } = await serve({
      accept: { claim: '/ws' },
      routes: (_app, running) => toEcho(running),
    });
    const before = server.listenerCount('request');
    const stopToo = acceptUpgrades(server, { claim: '/more' });

    expect([server.listenerCount('upgrade'), server.listenerCount('request')]).toEqual([1, before]);
    stopAccepting();
    stopAccepting();
    expect((await refusal(port, '/ws')).status).toBe(404);
    stopToo();
    expect([server.listenerCount('upgrade'), server.listenerCount('request')]).toEqual([
      0,
      before - 1,
    ]);
  });

  it('takes back each claim once, however often it is asked to', async () => {
    const { server, port, stopAccepting } = await serve({
      routes: (_app, running) => toEcho(running),
    });
    stopAccepting();
    acceptUpgrades(server);
    stopAccepting();
    acceptUpgrades(server, { claim: '/ws' });

    expect(server.listenerCount('upgrade')).toBe(1);
    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
  });

  it.each([
    { what: 'no server', server: undefined, claim: '/ws' },
    { what: 'a claim that is no path', server: createServer(), claim: 'ws' },
    { what: 'a claim of another type', server: createServer(), claim: 1 },
  ])('refuses $what', ({ server, claim }) => {
    expect(() => acceptUpgrades(server as Server, { claim: claim as string })).toThrow(
      expect.objectContaining({ code: 'Invalid' }),
    );
  });

  it.each([
    { what: 'the application', server: express() },
    { what: 'a router', server: express.Router() },
  ])('refuses $what in place of its server', ({ server }) => {
    expect(() => acceptUpgrades(server as never)).toThrow(
      'acceptUpgrades: give the server that app.listen returns, not the application',
    );
  });

  it('does not disturb upgrades under way when it is taken back', async () => {
    const { port, stopAccepting, server } = await serve({
      routes: (_app, running) => toEcho(running),
    });
    const client = await open(port, '/ws');
    stopAccepting();

    expect(await client.ask('still')).toBe('still');
    client.socket.close();
    await once(client.socket, 'close');
    expect(server.listenerCount('upgrade')).toBe(0);
  });
});
