import { afterEach, describe, expect, it } from '@jest/globals';
import compression from 'compression';
import type { Response } from 'express';
import { lastValueFrom, NEVER } from 'rxjs';
import { channel, WebSocketMessage } from '../../lib/channels/index.js';
import { eventRoutes } from '../../lib/express/index.js';
import { ws } from '../../lib/protocol/index.js';
import { collect, settled } from '../support/runtime.js';
import { ask, type EventClient, type ServedEvents, serveEvents, stream } from './events.js';
import { held } from './routes.js';
import { cleanUp, deferred, Raw, refusal, within } from './support.js';

afterEach(cleanUp);

/** One message, as its time is that of its making. */
const said = WebSocketMessage.event('said', 'a\nb');

/** The status and text of an answer that ends. */
async function answered(answer: Promise<EventClient>): Promise<[number, string]> {
  const client = await answer;
  return [client.status, await client.rest()];
}

/** Waits until the server has seen a client go. */
const gone = ({ routes }: ServedEvents) =>
  within(
    new Promise<void>((resolve) => {
      routes.connections$.subscribe(({ type }) => type === 'closed' && resolve());
    }),
    'the end of a connection',
  );

describe('eventRoutes', () => {
  it('streams what a plain client of the channel gets, its welcome first (SE1, SE4)', async () => {
    const { manager, port } = await serveEvents();

    const client = await stream(port, `/events/${encodeURIComponent('chat:ä/1')}`);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(await client.next()).toMatch(
      /^data: \{"type":"system","payload":"Connected to channel: chat:ä\/1","timestamp":\d+\}$/,
    );
    expect(manager.sendToChannel('chat:ä/1', said)).toBe(1);
    expect(await client.next()).toBe(`data: ${said.encode()}`);
    expect(manager.broadcast(WebSocketMessage.text('all'))).toBe(1);
    expect(await client.payload()).toBe('all');
  });

  it('makes a connection like any other of it (SE1)', async () => {
    const served = await serveEvents({ connect: () => ({ identity: 'ann' }) });
    const { manager, port, routes, system } = served;
    const joined = collect(manager.connections$, ({ type, count }) => `${type} ${count}`);
    const members = collect(manager.channel('a').members$, ({ type }) => type);

    const client = await stream(port, '/events/a', { 'User-Agent': 'Spec/1' });
    await client.next();
    const [id = ''] = manager.getConnectionIds();
    expect(manager.channels.getSubscribers('a')).toEqual([id]);
    expect(manager.getConnectionMetadata(id)).toMatchObject({
      ...{ pid: id, identity: 'ann', protocol: 'plain', userAgent: 'Spec/1' },
      address: expect.stringContaining('127.0.0.1'),
    });
    expect(routes.connections()).toMatchObject([{ pid: id, metadata: { identity: 'ann' } }]);
    expect([manager.stats().connections.total, routes.stats().upgrades]).toEqual([1, { 200: 1 }]);
    manager.channels.subscribe('b', id);
    manager.sendToChannel('b', said);
    expect(await client.next()).toBe(`data: ${said.encode()}`);
    system.send(id, ws.send, { data: 'from anybody' });
    expect(await client.next()).toBe('data: from anybody');
    const exits = collect(system.monitor(id), ({ reason }) => reason.type);
    const left = gone(served);
    client.leave();
    await left;
    await settled(system);
    expect([joined, members]).toEqual([
      ['joined 1', 'left 0'],
      ['joined', 'left'],
    ]);
    expect([exits, held(served)]).toEqual([['error'], [0, 0, 0, 0]]);
  });

  it('is a process that ends with those it is linked to (Y1)', async () => {
    const { manager, port, system } = await serveEvents();
    const client = await stream(port, '/events/a');
    await client.next();
    const [id = ''] = manager.getConnectionIds();
    const linked = system.spawn((_, self) => {
      self.link(id);
      return NEVER;
    });
    await settled(system);
    system.terminate(linked);

    expect(await client.rest()).toMatch(/"code":1011,"reason":"linked process exited"/);
  });

  it('ends streams with a last event, by which a client knows whether to come back (SE6)', async () => {
    const { manager, port } = await serveEvents();
    const [one, other] = [await stream(port, '/events/a'), await stream(port, '/events/a')];
    await Promise.all([one.next(), other.next()]);
    const [first = '', second = ''] = manager.getConnectionIds();

    manager.closeConnection(first, 4403, 'out');
    manager.closeConnection(second, 1012, 'moving; retry=70');
    expect(manager.connectionCount()).toBe(0);
    expect(await one.rest()).toBe(
      'event: close\nid: closed\ndata: {"code":4403,"reason":"out","reconnect":false}\n\n',
    );
    expect(await other.rest()).toBe(
      'event: close\nretry: 70\ndata: {"code":1012,"reason":"moving; retry=70","reconnect":true}\n\n',
    );
    const again = await stream(port, '/events/a', { 'Last-Event-ID': 'closed' });
    expect([again.status, await again.rest()]).toEqual([204, '']);
  });

  it('drains, each client with a time of its own, and takes no more (SE6, Q14)', async () => {
    const { port, routes } = await serveEvents();
    const clients = [await stream(port, '/events/a'), await stream(port, '/events/a')];
    for (const client of clients) await client.next();
    const randoms = [0.25, 0.75];
    const random = () => randoms.shift() ?? 0;

    const drained = lastValueFrom(routes.drain({ interval: 1, batch: 1, random }));
    const ends = await Promise.all(clients.map((client) => client.rest()));
    expect(ends.map((end) => /^retry: (\d+)$/m.exec(end)?.[1])).toEqual(['3500', '8500']);
    expect(await within(drained, 'the drain')).toMatchObject({ total: 2, closed: 2, cut: 0 });
    const late = await ask(port, '/events/a');
    expect([late.status, late.headers['retry-after']]).toEqual([503, '1']);
  });

  it('tells each client a time of its own when the system shuts down (SE6, B34)', async () => {
    const { port, system } = await serveEvents();
    const client = await stream(port, '/events/a');
    await client.next();
    const done = system.shutdown();

    expect(await client.rest()).toMatch(
      /^event: close\nretry: \d+\ndata: \{"code":1001,"reason":"server shutting down; retry=\d+","reconnect":true\}\n\n$/,
    );
    await within(done, 'the shutdown');
  });

  it('is not held up by middleware that compresses (SE3)', async () => {
    const { manager, port } = await serveEvents(
      {},
      {
        serve: { before: (app) => app.use(compression({ threshold: 0, filter: () => true })) },
      },
    );
    const client = await stream(port, '/events/a', { 'Accept-Encoding': 'gzip' });
    await client.next();
    manager.sendToChannel('a', said);

    expect(client.headers['content-encoding']).toBeUndefined();
    expect(await client.next()).toBe(`data: ${said.encode()}`);
  });

  it('tells what it is to the admin page (CL4)', async () => {
    const { manager } = await serveEvents({ path: '/live/', allowedOrigins: 'https://a.example' });

    expect(manager.info()).toMatchObject({
      endpoints: [{ path: '/live/:channel', kind: 'events' }],
      origins: ['https://a.example'],
      limits: { payload: 0, buffered: 4 * 1024 * 1024 },
    });
  });
});

describe('eventRoutes, deciding', () => {
  const channels = [
    channel('open'),
    channel('private', { isPrivate: true }),
    channel('late', { join: () => new Promise<boolean>(() => {}) }),
    channel('broken', {
      join: () => {
        throw new Error('boom');
      },
    }),
    channel('expired', { join: () => ({ refused: 'expired' }) }),
  ];

  it.each([
    { path: 'private', status: 403, text: 'Not authorized for channel: private' },
    { path: 'unknown', status: 404, text: 'Unknown channel: unknown' },
    { path: 'expired', status: 401, text: 'Not authorized for channel: expired' },
    { path: 'late', status: 503, text: 'The join hook has not answered in time' },
    { path: 'broken', status: 503, text: 'Internal error' },
    { path: '%', status: 400, text: 'Invalid channel' },
    { path: '%00', status: 400, text: 'Invalid channel' },
    { path: 'x'.repeat(256), status: 400, text: 'Invalid channel' },
  ])(
    'answers a join of $path with $status, as the path of a WebSocket does (SE2, B15)',
    async ({ path, status, text }) => {
      const served = await serveEvents(
        {},
        { channels, implicitChannels: false, limits: { joinTimeout: 5 } },
      );

      const answer = await ask(served.port, `/events/${path}`);
      expect([answer.status, await answer.rest()]).toEqual([status, text]);
      expect(held(served)).toEqual([0, 0, 0, 0]);
      const head = await ask(served.port, `/events/${path}`, { method: 'HEAD' });
      expect([head.status, await head.rest()]).toEqual([status, '']);
    },
  );

  it('asks the connect hook by the request (SE2, B14)', async () => {
    const { manager, port } = await serveEvents({
      connect: async (request) =>
        request.get('Cookie') === undefined
          ? { status: 401, body: 'Who?' }
          : { identity: request.get('Cookie') },
    });

    expect(await answered(stream(port, '/events/a'))).toEqual([401, 'Who?']);
    const client = await stream(port, '/events/a', { Cookie: 'ann' });
    await client.next();
    expect(manager.getConnectionMetadata(manager.getConnectionIds()[0] ?? '')?.identity).toBe(
      'ann',
    );
  });

  it('answers HEAD as GET, without a stream, and no other method (SE2)', async () => {
    const served = await serveEvents();
    const { port } = served;

    const head = await ask(port, '/events/a', { method: 'HEAD' });
    expect([head.status, head.headers['content-type'], await head.rest()]).toEqual([
      ...[200, 'text/event-stream', ''],
    ]);
    const post = await ask(port, '/events/a', { method: 'POST' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const options = await ask(port, '/events/a', { method: 'OPTIONS' });
    expect([options.status, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect((await ask(port, '/events')).status).toBe(404);
    expect((await refusal(port, '/events/a')).status).toBe(404);
    expect([served.routes.stats().upgrades, held(served)]).toEqual([{ 200: 1 }, [0, 0, 0, 0]]);
  });

  it.each([
    { what: 'its own page', headers: { 'Sec-Fetch-Site': 'same-origin' }, status: 200 },
    { what: 'no browser', headers: {}, status: 200 },
    { what: 'an address that was typed', headers: { 'Sec-Fetch-Site': 'none' }, status: 200 },
    { what: 'an allowed page', headers: { Origin: 'https://a.example' }, status: 200 },
    { what: 'another page', headers: { Origin: 'https://evil.example' }, status: 403 },
    { what: "another page's image", headers: { 'Sec-Fetch-Site': 'cross-site' }, status: 403 },
    { what: "a sister page's image", headers: { 'Sec-Fetch-Site': 'same-site' }, status: 403 },
  ])('lets in by origin: $what $status (SE2, H6, H14)', async ({ headers, status }) => {
    const { port } = await serveEvents({ allowedOrigins: 'https://a.example' });

    const client = await stream(port, '/events/a', headers as Record<string, string>);
    const { origin } = headers as { origin?: string; Origin?: string };
    const shared = 'Origin' in headers && status === 200 ? 'https://a.example' : undefined;
    expect(origin).toBeUndefined();
    expect([client.status, client.headers['access-control-allow-origin']]).toEqual([
      status,
      shared,
    ]);
    expect(client.headers.vary).toBe('Origin');
    expect(client.headers['access-control-allow-credentials']).toBe(shared && 'true');
  });

  it("takes a browser's own page for one with an Origin where that is required (SE2, H14)", async () => {
    const { port } = await serveEvents({ requireOrigin: true });

    const own = await stream(port, '/events/a', { 'Sec-Fetch-Site': 'same-origin' });
    expect(own.status).toBe(200);
    expect(await answered(stream(port, '/events/a'))).toEqual([403, 'Origin required']);
  });

  it('opens no stream whose end nobody would notice (SE2)', async () => {
    const served = await serveEvents();
    const get = (head = '') => `GET /events/a HTTP/1.1\r\nHost: a\r\n${head}\r\n`;

    const raw = new Raw(served.port).write(get() + get());
    await raw.until(/Connected/);
    const withBody = await new Raw(served.port)
      .write(`${get('Connection: close\r\nContent-Length: 1\r\n')}x`)
      .end();
    expect(withBody).toMatch(/^HTTP\/1.1 400 .*A handshake has no body$/s);
    expect(served.routes.count).toBe(1);
    const left = gone(served);
    raw.socket.destroy();
    await left;
    await settled(served.system);
    expect(held(served)).toEqual([0, 0, 0, 0]);
  });

  it('has the limits of a relay, and a refusal that passes lets a browser come back (SE7, H16)', async () => {
    const served = await serveEvents({
      ...{ maxConnections: 2, maxPerKey: 1 },
      connectionKey: (request) => request.get('X-Key'),
    });
    const { port } = served;
    const as = (key: string) => ({ headers: { 'X-Key': key } });
    const first = await stream(port, '/events/a', { 'X-Key': 'one' });
    await first.next();

    expect(await answered(ask(port, '/events/a', as('one')))).toEqual([
      429,
      'Too many connections',
    ]);
    const crowded = await stream(port, '/events/a', { 'X-Key': 'one' });
    expect([crowded.status, await crowded.rest()]).toEqual([
      200,
      expect.stringMatching(
        /^retry: 1\d{4}\nevent: refused\ndata: \{"status":429,"message":"Too many connections"\}\n\n$/,
      ),
    ]);
    await (await stream(port, '/events/a', { 'X-Key': 'two' })).next();
    const full = await ask(port, '/events/a', as('three'));
    expect([full.status, await full.rest()]).toEqual([503, 'Connection limit reached']);
    expect(served.routes.stats().upgrades).toEqual({ 200: 2, 429: 2, 503: 1 });
    const left = gone(served);
    first.leave();
    await left;
    expect((await stream(port, '/events/a', { 'X-Key': 'one' })).status).toBe(200);
  });

  it('leaves nothing behind of a client that goes while a hook is asked (SE2, B14)', async () => {
    const asked = deferred();
    const answer = deferred<object>();
    const served = await serveEvents({
      maxConnections: 1,
      connect: () => {
        asked.resolve();
        return answer.promise;
      },
    });
    const raw = new Raw(served.port).write('GET /events/a HTTP/1.1\r\nHost: a\r\n\r\n');
    await within(asked.promise, 'the hook');
    raw.socket.destroy();
    await within(raw.closed, 'the end');
    // A second client is through when the server has seen the end of the first.
    await ask(served.port, '/nowhere');
    answer.resolve({});
    await settled(served.system);

    expect([held(served), served.warnings]).toEqual([[0, 0, 0, 0], []]);
    // Its place is free.
    expect((await ask(served.port, '/events/a')).status).toBe(200);
  });

  it('says nothing more where middleware has answered while a hook was asked (SE2)', async () => {
    const answer = deferred<object>();
    const answers: Response[] = [];
    const served = await serveEvents(
      { connect: () => answer.promise },
      {
        serve: {
          before: (app) =>
            app.use((_request, response, next) => {
              answers.push(response);
              next();
            }),
        },
      },
    );
    const client = ask(served.port, '/events/a');
    while (answers.length === 0) await settled(served.system);
    answers[0]?.writeHead(504).write('late');
    answer.resolve({});
    await settled(served.system);
    answers[0]?.end('!');

    expect(await answered(client)).toEqual([504, 'late!']);
    await settled(served.system);
    expect([served.warnings, held(served)]).toEqual([[], [0, 0, 0, 0]]);
  });

  it('refuses at once who waits for a hook when a drain begins (SE6, Q14)', async () => {
    const asked = deferred();
    const { port, routes } = await serveEvents({
      connect: () => {
        asked.resolve();
        return new Promise<object>(() => {});
      },
    });
    const answer = ask(port, '/events/a');
    await within(asked.promise, 'the hook');
    routes.drain();

    expect(await answered(answer)).toEqual([503, 'Relay is shutting down']);
  });

  it('is refused bad options by name', async () => {
    const { manager } = await serveEvents();
    const making = (options: object) => () => eventRoutes(manager, options);

    expect(making({ maxPayload: 1 })).toThrow(/^eventRoutes: .*maxPayload/);
    expect(making({ path: 'events' })).toThrow('eventRoutes: path begins with /');
    expect(making({ connect: 'ann' })).toThrow('eventRoutes: connect is a function');
    expect(() => eventRoutes({} as never)).toThrow('eventRoutes: give a manager');
  });
});
