import { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { setRelay, websocketRelay } from '../../lib/express/index.js';
import { createSystem } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import {
  cleanUp,
  deferred,
  echo,
  greet,
  handshake,
  open,
  Raw,
  refusal,
  serve,
  within,
} from './support.js';

afterEach(cleanUp);

describe('websocketRelay', () => {
  it.each([
    { name: 'allowedOrigins', options: { allowedOrigins: 'https://' } },
    { name: 'dangerouslyAllowAnyOrigin', options: { allowedOrigins: '*' } },
    { name: 'dangerouslyAllowAnyOrigin', options: { dangerouslyAllowAnyOrigin: 'no' as never } },
    { name: 'requireOrigin', options: { requireOrigin: 1 as never } },
    { name: 'host', options: { host: '' } },
    { name: 'maxPayload', options: { maxPayload: 0 } },
    { name: 'maxPayload', options: { maxPayload: Number.POSITIVE_INFINITY } },
    { name: 'maxBuffered', options: { maxBuffered: -1 } },
    { name: 'maxConnections', options: { maxConnections: 1.5 } },
    { name: 'connectionKey', options: { connectionKey: 'ip' as never } },
    { name: 'maxPerKey', options: { maxPerKey: 5 } },
    { name: 'maxPerKey', options: { maxPerKey: -1, connectionKey: () => undefined } },
    { name: 'upgradesPerSecond', options: { upgradesPerSecond: 0.5 } },
    { name: 'maxEarly', options: { maxEarly: 0 } },
    { name: 'maxEarly', options: { maxEarly: Number.POSITIVE_INFINITY } },
    { name: 'pingInterval', options: { pingInterval: '30' } },
    { name: 'closeTimeout', options: { closeTimeout: '-1s' } },
    { name: 'handshakeTimeout', options: { handshakeTimeout: 'soon' } },
    { name: 'flowControl', options: { flowControl: 'yes' as never } },
    { name: 'maxFragments', options: { maxFragments: 0 } },
    { name: 'messagesPerSecond', options: { messagesPerSecond: -1 } },
    { name: 'bytesPerSecond', options: { bytesPerSecond: 0.5 } },
    { name: 'overRate', options: { overRate: 'drop' as never } },
    { name: 'messageTimeout', options: { messageTimeout: '30' } },
    { name: 'holdTimeout', options: { holdTimeout: -1 } },
    { name: 'idleTimeout', options: { idleTimeout: 'never' } },
  ])('refuses a bad $name by its name', ({ name, options }) => {
    const system = createSystem({ logger: false });

    expect(() => websocketRelay(system, options)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringContaining(name) }),
    );
    expect(system[kernelOf].hosts.all().map(({ id }) => id)).not.toContain('relay');
  });

  it.each([
    { what: 'nothing', args: [] },
    { what: 'options', args: [{ allowedOrigins: 'https://app.example' }] },
  ])('refuses $what in place of a system', ({ args }) => {
    expect(() => Reflect.apply(websocketRelay, undefined, args)).toThrow(
      expect.objectContaining({
        code: 'Invalid',
        message: 'websocketRelay: give a system, as createSystem makes it',
      }),
    );
  });

  it.each([0, Number.POSITIVE_INFINITY])(
    'has no connection limit with %p',
    async (maxConnections) => {
      const { port } = await serve({
        relay: { maxConnections },
        routes: (app) => {
          app.get('/ws', (_req, res) => {
            setRelay(res, { target: echo }).end();
          });
        },
      });

      expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
    },
  );

  it('ends what its second mount, after the handlers, is given (H11)', async () => {
    const { port, warnings } = await serve({
      routes: (app, { relay }) => {
        app.get('/ws', (_req, res, next) => {
          setRelay(res, { target: echo });
          next();
        });
        app.get('/ws/refused', (_req, res, next) => {
          setRelay(res, { target: echo }).status(403);
          next();
        });
        app.use(relay as never);
      },
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
    expect((await refusal(port, '/ws/refused')).status).toBe(403);
    expect((await refusal(port, '/ws/none')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/ws`)).status).toBe(426);
    expect(warnings).toEqual([]);
  });

  it('checks origins and warns where it is mounted after the handlers only (H11)', async () => {
    const { port, warnings } = await serve({
      mount: false,
      routes: (app, { relay }) => {
        app.get('/ws', (_req, res, next) => {
          setRelay(res, { target: echo });
          next();
        });
        app.use(relay as never);
      },
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
    expect((await refusal(port, '/ws', { origin: 'https://evil.example' })).status).toBe(403);
    expect(warnings.map(({ code }) => code)).toEqual(['relay_after_handlers', 'origin_refused']);
  });

  it('answers 404 to what falls through with the header set (H11)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res, next) => {
          setRelay(res, { target: echo });
          next();
        });
      },
    });
    const answer = await refusal(port, '/ws');

    expect(answer.status).toBe(404);
    expect(answer.headers['x-ws-relay']).toBeUndefined();
  });

  it('refuses what its host has no room for (H2 row 3b)', async () => {
    const { port, relay, system } = await serve({
      system: { hosts: { sockets: { maxProcesses: 1 } } },
      relay: { host: 'sockets' },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const first = await open(port, '/ws');

    expect(await refusal(port, '/ws')).toMatchObject({ status: 503 });
    expect(await first.ask('hi')).toBe('hi');
    expect([relay.count, system.processes().length]).toEqual([1, 2]);
  });

  it('counts its connections and tells of them', async () => {
    const { port, relay } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const gone = deferred();
    const seen: unknown[] = [];
    relay.connections$.subscribe(({ type, count }) => {
      seen.push([type, count]);
      if (count === 0) gone.resolve();
    });
    const client = await open(port, '/ws');

    expect(relay.count).toBe(1);
    client.socket.close();
    await within(gone.promise, 'the last connection');
    expect(seen).toEqual([
      ['opened', 1],
      ['closed', 0],
    ]);
  });

  it('refuses handshakes that wait for their handlers when it shuts down (Q3)', async () => {
    const arrived = deferred();
    const { port, relay } = await serve({
      relay: { handshakeTimeout: 0 },
      routes: (app) => {
        app.get('/ws', () => arrived.resolve());
      },
    });
    const raw = new Raw(port).write(handshake('/ws'));
    await within(arrived.promise, 'the handler');
    await relay.shutdown();

    expect(await raw.end()).toMatch(/^HTTP\/1.1 503 .*Relay is shutting down$/s);
  });

  it('refuses them when its system shuts down, too (Q3, O3)', async () => {
    const arrived = deferred();
    const closed = deferred();
    const { port, system } = await serve({
      relay: { handshakeTimeout: 0 },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.on('close', () => closed.resolve());
          arrived.resolve();
        });
      },
    });
    const raw = new Raw(port).write(handshake('/ws'));
    await within(arrived.promise, 'the handler');
    await system.shutdown();

    expect(await raw.end()).toMatch(/^HTTP\/1.1 503 .*Relay is shutting down$/s);
    await within(closed.promise, "the response's close");
  });

  it('takes connections again when its host was stopped and is added anew (O1, O2)', async () => {
    const { port, system } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const before = await open(port, '/ws');
    await system.hosts.stop('relay');
    await within(before.closed, 'the close');

    expect(await refusal(port, '/ws')).toMatchObject({ status: 503 });
    system.hosts.add('relay');
    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
  });

  it('leaves a handshake to the last relay that it passed (Q4)', async () => {
    const arrived = deferred();
    const { port, relay } = await serve({
      mount: '/',
      routes: (app, { system }) => {
        app.use('/ws', (_req, _res, next) => setImmediate(next));
        app.use('/ws', websocketRelay(system, { handshakeTimeout: 20 }));
        app.get('/ws', () => arrived.resolve());
      },
    });
    const raw = new Raw(port).write(handshake('/ws'));
    await within(arrived.promise, 'the handler');
    await relay.shutdown();

    expect(await raw.end()).toMatch(/Handler did not end the response$/);
  });

  it('is independent of another relay in the same application (Q4)', async () => {
    const { port, relay } = await serve({
      mount: '/a',
      routes: (app, { system }) => {
        app.use('/b', websocketRelay(system, { allowedOrigins: 'https://elsewhere.example' }));
        app.get(['/a', '/b'], (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const origin = 'https://elsewhere.example';

    expect((await refusal(port, '/a', { origin })).status).toBe(403);
    const client = await open(port, '/b', { origin });
    await relay.shutdown();
    expect((await refusal(port, '/a')).status).toBe(503);
    expect(await client.ask('hi')).toBe('hi');
    client.socket.terminate();
  });
});

describe('setRelay', () => {
  const response = () => new ServerResponse({ method: 'GET' } as never);

  it('writes the header and returns the response', () => {
    const res = response();

    expect(
      setRelay(res, {
        target_pid: '{main|0x00001}',
        heartbeat_interval: '30s',
        metadata: { a: 1 },
      }),
    ).toBe(res);
    expect(JSON.parse(String(res.getHeader('X-WS-Relay')))).toEqual({
      target_pid: '{main|0x00001}',
      heartbeat_interval: '30s',
      metadata: { a: 1 },
    });
  });

  it.each([
    { what: 'no target', relay: {} },
    { what: 'two targets', relay: { target: echo, target_pid: '{main|0x00001}' } },
    { what: 'a target that is no behaviour', relay: { target: '{main|0x00001}' } },
    { what: 'metadata that is no JSON', relay: { target: echo, metadata: { n: 1n } } },
  ])('refuses $what', ({ relay }) => {
    expect(() => setRelay(response(), relay as never)).toThrow(
      expect.objectContaining({ code: 'Invalid' }),
    );
  });

  it('has its last word: the behaviour goes with its header (H1)', async () => {
    const { port, system } = await serve({
      routes: (app, { system }) => {
        app.get('/ws/twice', (_req, res) => {
          setRelay(res, { target: echo });
          setRelay(res, { target: greet, metadata: { second: true } }).end();
        });
        app.get('/ws/overwritten', (_req, res) => {
          const target_pid = system.spawn(greet);
          setRelay(res, { target: echo, metadata: { first: true } });
          res.set('X-WS-Relay', JSON.stringify({ target_pid, metadata: { hand: true } })).end();
        });
      },
    });

    expect(await (await open(port, '/ws/twice')).next()).toBe('{"second":true}');
    expect(await (await open(port, '/ws/overwritten')).next()).toBe('{"hand":true}');
    expect(system.processes()).toHaveLength(4);
  });

  it('spawns its behaviour only for a client that is let in, and ends it with it (H1)', async () => {
    const { port, system } = await serve({
      routes: (app) => {
        app.get('/ws', (req, res) => {
          setRelay(res, { target: echo, heartbeat_interval: req.query.every as string }).end();
        });
      },
    });

    expect((await refusal(port, '/ws?every=often')).status).toBe(400);
    expect(system.processes()).toEqual([]);
    const client = await open(port, '/ws?every=1h');
    expect(system.processes()).toHaveLength(2);
    const ended = deferred();
    system.events$.subscribe(() => {
      if (system.processes().length === 0) ended.resolve();
    });
    client.socket.close();
    await within(ended.promise, 'the end of both processes');
  });
});
