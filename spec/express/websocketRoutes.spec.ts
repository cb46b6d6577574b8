import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type express from 'express';
import { lastValueFrom } from 'rxjs';
import { channel, createWebSocketManager, WebSocketMessage } from '../../lib/channels/index.js';
import { websocketRoutes } from '../../lib/express/index.js';
import { Clock, collect, settled } from '../support/runtime.js';
import { command, held, read, serveRoutes } from './routes.js';
import {
  attempt,
  type Client,
  cleanUp,
  deferred,
  frame,
  handshake,
  open,
  Raw,
  refusal,
  serve,
  within,
} from './support.js';

afterEach(cleanUp);

const V1 = { protocols: ['rx-process.v1'] };

/** A plain request. */
function ask(port: number, path: string, method = 'GET') {
  const answer = new Promise<{ status: unknown; upgrade: unknown }>((resolve, reject) => {
    const asked = request({ port, path, method }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, upgrade: response.headers.upgrade });
    });
    asked.on('error', reject).end();
  });
  return within(answer, `an answer of ${path}`);
}

describe('websocketRoutes', () => {
  it('welcomes clients at /ws, and in a channel at /ws/:channel (B4)', async () => {
    const { manager, port } = await serveRoutes();

    const main = await open(port, '/ws');
    const room = await open(port, '/ws/chat:room1');

    expect(await read(main)).toEqual({ type: 'system', payload: 'WebSocket connected' });
    const text = 'Connected to channel: chat:room1';
    expect(await read(room)).toEqual({ type: 'system', payload: text });
    expect(manager.channels.getSubscribers('chat:room1')).toHaveLength(1);
    expect(main.upgrade['sec-websocket-protocol']).toBeUndefined();
  });

  it('says once that its path is doubled, where it is mounted at it as a relay would be (B4)', async () => {
    const { port, warnings } = await serve({
      mount: false,
      routes: (app, { system }) => {
        app.use('/ws', websocketRoutes(createWebSocketManager(system)));
        app.use(
          '/own',
          websocketRoutes(createWebSocketManager(system, { name: 'own' }), { path: '/' }),
        );
      },
    });

    for (const path of ['/ws', '/ws']) expect((await refusal(port, path)).status).toBe(404);
    await open(port, '/own');

    const text =
      "mounted at /ws, the routes are at /ws/ws: app.use(websocketRoutes(manager)), or path: '/'";
    expect(warnings).toMatchObject([{ code: 'path_doubled', message: text }]);
  });

  it('decodes the name, whatever its characters are (B4, B10)', async () => {
    const { manager, port } = await serveRoutes();

    for (const name of ['ä😀', 'a b', '__proto__', 'a/b', '100%']) {
      const client = await open(port, `/ws/${encodeURIComponent(name)}`);
      expect(await read(client)).toMatchObject({ payload: `Connected to channel: ${name}` });
    }

    expect(manager.channels.listChannels()).toEqual(['ä😀', 'a b', '__proto__', 'a/b', '100%']);
  });

  it.each([
    { path: '/ws/%', status: 400 },
    { path: '/ws/%zz', status: 400 },
    { path: '/ws/%ff', status: 400 },
    { path: '/ws/%00', status: 400 },
    { path: `/ws/${'x'.repeat(256)}`, status: 400 },
    { path: '/ws/', status: 404 },
    { path: '/ws/a/b', status: 404 },
    { path: '/other', status: 404 },
  ])('answers $path with $status, and no line of the log (B4)', async ({ path, status }) => {
    const lines: unknown[] = [];
    const { port, app } = await serveRoutes();
    // What Express does where nobody handles an error.
    app.use(((error, _request, _response, next) => {
      lines.push(error);
      next(error);
    }) as express.ErrorRequestHandler);

    expect((await refusal(port, path)).status).toBe(status);
    expect(lines).toEqual([]);
  });

  it('tells plain requests to upgrade, and asks no hook (H2 row 5)', async () => {
    let asked = 0;
    const connect = () => {
      asked++;
      return {};
    };
    const { port } = await serveRoutes({ connect });

    expect(await ask(port, '/ws')).toEqual({ status: 426, upgrade: 'websocket' });
    expect(await ask(port, '/ws/a')).toEqual({ status: 426, upgrade: 'websocket' });
    expect(await ask(port, '/ws', 'HEAD')).toEqual({ status: 426, upgrade: 'websocket' });
    expect(await ask(port, '/ws/%', 'GET')).toMatchObject({ status: 400 });
    expect(await ask(port, '/ws', 'POST')).toMatchObject({ status: 404 });
    const upgrade = await new Raw(port).write(handshake('/ws').replace('GET', 'POST')).end();
    expect(upgrade).toMatch(/^HTTP\/1.1 405/);
    expect(asked).toBe(0);
  });

  it('selects v1, whose welcome has what the relay allows (CP3, CP20)', async () => {
    const { port } = await serveRoutes({ maxPayload: 5_000 });
    const token = Buffer.from('secret').toString('base64url');

    const client = await open(port, '/ws', {
      protocols: ['rx-process.v1', `rx-process.bearer.${token}`, 'rx-process.unsupported'],
    });

    expect(client.upgrade['sec-websocket-protocol']).toBe('rx-process.v1');
    expect(await read(client)).toMatchObject({ hello: { version: 1, limits: { payload: 5_000 } } });
  });

  it('closes who speaks another version with 4406, which a browser can read (CP3)', async () => {
    const { manager, port } = await serveRoutes();

    const client = await open(port, '/ws', {
      protocols: ['rx-process.v9', 'rx-process.unsupported'],
    });

    expect(client.upgrade['sec-websocket-protocol']).toBe('rx-process.unsupported');
    expect(await client.closed).toEqual({ code: 4406, reason: 'server speaks rx-process.v1' });
    const refused = await refusal(port, '/ws', { protocols: ['rx-process.v9'] });
    expect(refused).toMatchObject({ status: 400, body: 'Unsupported subprotocol' });
    expect(manager.connectionCount()).toBe(0);
  });

  it('asks the connect hook by the request and the token (B14)', async () => {
    const { manager, port, app, routes } = await serveRoutes({
      connect: async (req, { token }) =>
        token === undefined
          ? { status: 401, body: 'Who?' }
          : { identity: token, metadata: { path: req.originalUrl } },
    });
    app.set('trust proxy', true);
    const bearer = `rx-process.bearer.${Buffer.from('ann').toString('base64url')}`;

    const client = await open(port, '/ws?x=1', {
      protocols: ['rx-process.v1', bearer],
      headers: { 'X-Forwarded-For': '203.0.113.7, 10.0.0.1', 'User-Agent': 'Spec/1' },
    });
    await read(client);

    expect(await refusal(port, '/ws')).toMatchObject({ status: 401, body: 'Who?' });
    expect(manager.getConnectionMetadata(manager.getConnectionIds()[0] ?? '')).toMatchObject({
      ...{ identity: 'ann', metadata: { path: '/ws?x=1' } },
      ...{ address: '203.0.113.7', userAgent: 'Spec/1', protocol: 'rx-process.v1' },
    });
    expect(routes.connections()[0]?.metadata).toEqual({
      id: expect.any(String),
      identity: 'ann',
    });
  });

  it('leaves nothing behind of a client that goes while a hook is asked (B14)', async () => {
    const asked = deferred();
    const answer = deferred<object>();
    let joins = 0;
    const join = () => {
      joins++;
      return true;
    };
    const routed = await serveRoutes(
      {
        connect: () => {
          asked.resolve();
          return answer.promise;
        },
      },
      { channels: [channel('a', { join })] },
    );

    const raw = new Raw(routed.port).write(handshake('/ws/a'));
    await within(asked.promise, 'the hook');
    raw.socket.destroy();
    await within(raw.closed, 'the end');
    // A second client is through when the server has seen the end of the first.
    await refusal(routed.port, '/nowhere');
    answer.resolve({});
    await settled(routed.system);

    expect([joins, ...held(routed)]).toEqual([0, 0, 0, 0, 0]);
    expect(routed.warnings).toEqual([]);
  });

  it('leaves nothing behind of one that goes with its 101 (B8)', async () => {
    const routed = await serveRoutes();
    const left = deferred();
    routed.routes.connections$.subscribe(({ type }) => type === 'closed' && left.resolve());

    new Raw(routed.port).write(handshake('/ws/a')).socket.end();
    await within(left.promise, 'the end');
    await settled(routed.system);

    expect(held(routed)).toEqual([0, 0, 0, 0]);
    expect(routed.manager.channels.subscriberCount('a')).toBe(0);
  });

  it('takes what a client has sent before its 101, behind its welcome (L2)', async () => {
    const answer = deferred<object>();
    const routed = await serveRoutes({ connect: () => answer.promise });
    const early = frame('{"type":"ping","id":1}');

    const raw = new Raw(routed.port).write(Buffer.concat([Buffer.from(handshake('/ws')), early]));
    answer.resolve({});
    const text = await raw.until(/"pong"/);

    expect(text).toMatch(/WebSocket connected.*\{"id":1,"ok":true,"type":"pong"/s);
  });

  it('is a relay: counts, closes and drains its clients (Q14, CP30)', async () => {
    const { manager, port, routes } = await serveRoutes();
    const clients = await Promise.all([open(port, '/ws'), open(port, '/ws', V1)]);
    await Promise.all(clients.map((client) => client.next()));

    expect([routes.count, routes.stats().connections]).toEqual([2, 2]);
    expect(routes.closeWhere(({ pid }) => pid === manager.getConnectionIds()[0])).toBe(1);
    expect(await clients[0]?.closed).toMatchObject({ code: 1000 });
    const progress = lastValueFrom(routes.drain({ interval: 1 }));

    expect(await clients[1]?.closed).toEqual({
      code: 1012,
      reason: expect.stringMatching(/retry=\d+$/),
    });
    await within(progress, 'the drain');
    expect((await refusal(port, '/ws')).status).toBe(503);
  });

  it('tells each client of v1 at the shutdown when to come back, and the page nothing new (B34)', async () => {
    const { port, system } = await serveRoutes();
    const clients = await Promise.all([open(port, '/ws', V1), open(port, '/ws')]);
    await Promise.all(clients.map((client) => client.next()));

    const [shutdown, v1, plain] = await Promise.all([
      system.shutdown(),
      ...clients.map(({ closed }) => closed),
    ]);

    expect([shutdown, v1, plain]).toEqual([
      undefined,
      { code: 1001, reason: expect.stringMatching(/^server shutting down; retry=\d{1,4}$/) },
      { code: 1001, reason: 'server shutting down' },
    ]);
  });

  it('serves one manager by several routes, each with a hook of its own', async () => {
    const { app, manager, port } = await serveRoutes({ connect: () => ({ identity: 'guest' }) });
    app.use('/admin', websocketRoutes(manager, { connect: () => ({ identity: 'root' }) }));
    const names = collect(manager.connections$, ({ connection }) => connection.identity);

    const clients = await Promise.all([open(port, '/ws/a'), open(port, '/admin/ws/a')]);
    await Promise.all(clients.map((client) => client.next()));
    manager.sendToChannel('a', WebSocketMessage.text('hi'));

    for (const client of clients) expect(await read(client)).toMatchObject({ payload: 'hi' });
    expect(names.sort()).toEqual(['guest', 'root']);
  });

  it('serves two managers of one system, whose channels have nothing to do with each other', async () => {
    const { app, manager, port, system } = await serveRoutes();
    const second = createWebSocketManager(system, { name: 'second' });
    app.use(websocketRoutes(second, { path: '/second' }));

    const [one, two] = await Promise.all([open(port, '/ws/a'), open(port, '/second/a')]);
    await Promise.all([one.next(), two.next()]);

    expect(manager.sendToChannel('a', WebSocketMessage.text('one'))).toBe(1);
    expect(second.sendToChannel('a', WebSocketMessage.text('two'))).toBe(1);
    expect([await read(one), await read(two)]).toMatchObject([
      { payload: 'one' },
      { payload: 'two' },
    ]);
  });

  it('may have the root for its path', async () => {
    const { app, manager, port } = await serveRoutes();
    app.use('/live', websocketRoutes(manager, { path: '/' }));

    const clients: Client[] = [];
    for (const path of ['/live', '/live/', '/live/a']) clients.push(await open(port, path));

    const texts = await Promise.all(clients.map(async (client) => (await read(client)).payload));
    expect(texts).toEqual([
      'WebSocket connected',
      'WebSocket connected',
      'Connected to channel: a',
    ]);
  });

  it('closes with 4401 when the time is over, unless it is refreshed (B32)', async () => {
    const clock = new Clock();
    const { port } = await serveRoutes(
      {
        connect: () => ({ identity: 'ann', expiresIn: '300ms' }),
        refresh: (connection, token) =>
          token === 'new'
            ? { identity: connection.identity ?? '', expiresIn: '1h' }
            : { status: 401 },
      },
      // Its time is not over before both have been answered, however slow they are.
      { serve: { system: { scheduler: clock } } },
    );
    const [stays, goes] = await Promise.all([open(port, '/ws', V1), open(port, '/ws', V1)]);
    await Promise.all([stays.next(), goes.next()]);

    expect(await command(stays, 'refresh', { token: 'new' })).toMatchObject({
      payload: 'Refreshed',
    });
    expect(await command(goes, 'refresh', { token: 'bad' })).toMatchObject({
      error: { code: 'denied' },
    });
    clock.advance(300);

    expect(await within(goes.closed, 'the close')).toEqual({
      code: 4401,
      reason: 'authorization expired',
    });
    expect(await command(stays, 'ping')).toEqual({ type: 'pong' });
  });

  it.each([
    { options: { conect: () => ({}) }, text: "unknown option 'conect'; did you mean 'connect'?" },
    { options: { connect: {} }, text: 'connect is a function' },
    { options: { refresh: 'x' }, text: 'refresh is a function' },
    { options: { path: 'ws' }, text: 'path begins with /' },
    { options: { path: 5 }, text: 'path begins with /' },
    { options: { maxPayload: -1 }, text: 'maxPayload' },
  ])('refuses $options, by name', async ({ options, text }) => {
    const { manager } = await serveRoutes();

    expect(() => websocketRoutes(manager, options as object)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringContaining(text) }),
    );
  });

  it.each([undefined, {}, 'manager'])('refuses %p for a manager', (manager) => {
    expect(() => websocketRoutes(manager as never)).toThrow(
      expect.objectContaining({
        code: 'Invalid',
        message: expect.stringMatching(/give a manager/),
      }),
    );
  });

  it('knows a client of a handler of your own, in the dialect of the page (CP3)', async () => {
    const { app, port, system } = await serve({ mount: '/own' });
    const manager = createWebSocketManager(system);
    app.get('/own', (_request, response) => {
      response.setHeader('X-WS-Relay', JSON.stringify({ target_pid: manager.pid }));
      response.end();
    });

    const client = await attempt(port, '/own');

    expect(await read(client as Client)).toEqual({
      type: 'system',
      payload: 'WebSocket connected',
    });
    expect(manager.connectionCount()).toBe(1);
  });
});
