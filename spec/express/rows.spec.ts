import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { setRelay } from '../../lib/express/index.js';
import {
  attempt,
  Client,
  cleanUp,
  deferred,
  echo,
  handshake,
  open,
  processWarnings,
  Raw,
  type Running,
  refusal,
  serve,
  within,
} from './support.js';

afterEach(cleanUp);

const DEAD = '{main|0xfffff}';

const withHeader = (value: string | string[]) =>
  serve({
    routes: (app) => {
      app.get('/ws', (_req, res) => {
        res.set('X-WS-Relay', value as string).end();
      });
    },
  });

const toEcho = (running: Running, relay = {}): void => {
  running.app.get('/ws', (_req, res) => {
    setRelay(res, { target: echo, ...relay }).end('the body of a handler');
  });
};

describe('websocketRelay', () => {
  it('relays an upgrade whose handler names a process (H2 row 12)', async () => {
    const { port, system } = await serve({
      routes: (app, { system }) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target_pid: system.spawn(echo) }).end();
        });
      },
    });
    const client = await open(port, '/ws');

    expect(await client.ask('hello')).toBe('hello');
    expect(client.upgrade['x-ws-relay']).toBeUndefined();
    expect(system.processes()).toHaveLength(2);
  });

  it('looks at the host again when the handler is done (H2 row 12)', async () => {
    const waiting: (() => void)[] = [];
    const arrived = deferred();
    const { port, system } = await serve({
      system: { hosts: { small: { maxProcesses: 1 } } },
      relay: { host: 'small' },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          waiting.push(() => setRelay(res, { target: echo }).end());
          if (waiting.length === 2) arrived.resolve();
        });
      },
    });
    const attempts = Promise.all([attempt(port, '/ws'), attempt(port, '/ws')]);
    await within(arrived.promise, 'both handlers');
    for (const answer of waiting) answer();
    const results = await attempts;

    // Which of them came first is the network's choice.
    expect(results.filter((result) => result instanceof Client)).toHaveLength(1);
    expect(results).toContainEqual(
      expect.objectContaining({ status: 503, body: 'Connection limit reached' }),
    );
    expect(system.processes()).toHaveLength(2);
  });

  it.each([
    { status: 401, headers: { 'Www-Authenticate': 'Basic' } },
    { status: 302, headers: { Location: '/login' } },
    { status: 500, headers: {} },
  ])(
    'lets an answer of $status pass, without the header (H2 row 4d)',
    async ({ status, headers }) => {
      const { port, system } = await serve({
        routes: (app) => {
          app.get('/ws', (_req, res) => {
            setRelay(res, { target: echo }).status(status).set(headers).send('as it is');
          });
        },
      });
      const answer = await refusal(port, '/ws');

      expect(answer).toMatchObject({ status, body: 'as it is' });
      expect(answer.headers).toMatchObject({ connection: 'close' });
      for (const [name, value] of Object.entries(headers)) {
        expect(answer.headers[name.toLowerCase()]).toBe(value);
      }
      expect(answer.headers['x-ws-relay']).toBeUndefined();
      expect(system.processes()).toEqual([]);
    },
  );

  it('lets a plain answer pass, and closes (H2 row 4a)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.json({ plain: true });
        });
      },
    });
    const reply = await new Raw(port).write(handshake('/ws')).end();

    expect(reply).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(reply).toMatch(/\r\nConnection: close\r\n/);
    expect(reply).toMatch(/\r\n\r\n{"plain":true}$/);
  });

  it('warns of each route that ends an upgrade with 2xx and no relay, once (H2 row 4a)', async () => {
    const { port, warnings } = await serve({
      mount: '/',
      routes: (app) => {
        app.get('/ws/forgot/:id', (_req, res) => {
          res.end();
        });
        app.get('/ws/empty', (_req, res) => {
          res.status(204).end();
        });
        app.get('/ws/refuses/:status', (req, res) => {
          res.status(Number(req.params.status)).end();
        });
        app.get('/plain', (_req, res) => {
          res.end();
        });
      },
    });
    const refusing = [302, 401, 500].map((status) => `/ws/refuses/${status}`);
    for (const path of ['/ws/forgot/1', '/ws/forgot/2', '/ws/empty', '/ws/none', ...refusing]) {
      await refusal(port, path);
    }
    await fetch(`http://127.0.0.1:${port}/plain`);

    const advice =
      'and no relay; call setRelay(res, …) before it ends, or answer with a status of 3xx or more to refuse';
    expect(warnings).toMatchObject([
      { code: 'relay_not_set', message: `/ws/forgot/:id: ended with 200 ${advice}` },
      { code: 'relay_not_set', message: `/ws/empty: ended with 204 ${advice}` },
    ]);
  });

  it('strips the header and warns where no relay is mounted (H2 row 4b)', async () => {
    const warnings = processWarnings();
    const { port } = await serve({
      mount: false,
      routes: (app) => {
        app.get('/nowhere', (_req, res) => {
          setRelay(res, { target: echo }).send('passes');
        });
      },
    });
    const answer = await refusal(port, '/nowhere?secret=1');

    expect(answer).toMatchObject({ status: 200, body: 'passes' });
    expect(answer.headers['x-ws-relay']).toBeUndefined();
    expect(warnings).toEqual([
      {
        code: 'RELAY_NOT_MOUNTED',
        message:
          'X-WS-Relay set but websocketRelay is not mounted on /nowhere, or mounted after this handler: app.use(path, websocketRelay(system)) before the handler',
      },
    ]);
  });

  it('lets an answer pass whose head was out before a relay was asked for (H2 row 4e)', async () => {
    const thrown: unknown[] = [];
    const { port, system } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.flushHeaders();
          try {
            setRelay(res, { target: echo });
          } catch (error) {
            thrown.push((error as NodeJS.ErrnoException).code);
          }
          res.end('too late');
        });
      },
    });

    expect(await refusal(port, '/ws')).toMatchObject({ status: 200, body: 'too late' });
    expect(thrown).toEqual(['ERR_HTTP_HEADERS_SENT']);
    expect(system.processes()).toEqual([]);
  });

  it('answers 426 to a request that is no upgrade (H2 row 5)', async () => {
    const { port } = await serve({ routes: (_app, running) => toEcho(running) });
    const answer = await fetch(`http://127.0.0.1:${port}/ws`);

    expect([answer.status, await answer.text()]).toEqual([426, 'Upgrade required']);
    expect(answer.headers.get('upgrade')).toBe('websocket');
    expect(answer.headers.get('x-ws-relay')).toBeNull();
  });

  it('answers 426 to an upgrade to something else (H2 row 5)', async () => {
    const { port } = await serve({ routes: (_app, running) => toEcho(running) });
    const raw = new Raw(port).write(handshake('/ws', { Upgrade: 'h2c' }));
    const reply = await raw.until(/Upgrade required$/);

    expect(reply).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/);
    expect(reply).toMatch(/\r\nUpgrade: websocket\r\n/);
    expect(reply).toMatch(/\r\nConnection: Upgrade\r\n/);
    expect(reply).toMatch(/\r\n\r\nUpgrade required$/);
  });

  it('takes a header that is a list of one (H2 row 6a)', async () => {
    const { port } = await serve({
      routes: (app, { system }) => {
        app.get('/ws', (_req, res) => {
          const target_pid = system.spawn(echo);
          res.setHeader('X-WS-Relay', [JSON.stringify({ target_pid })]).end();
        });
      },
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
  });

  it.each([
    { row: '6c', what: 'no JSON', value: 'nonsense' },
    { row: '6d', what: 'an array', value: '[]' },
    { row: '6e', what: 'a wrong type', value: '{"target_pid":1}' },
    {
      row: '6a',
      what: 'a header set twice',
      value: [`{"target_pid":"${DEAD}"}`, `{"target_pid":"${DEAD}"}`],
    },
  ])('refuses $what (H2 row $row)', async ({ value }) => {
    const { port, warnings } = await withHeader(value);

    expect(await refusal(port, '/ws')).toMatchObject({
      status: 400,
      body: 'Invalid relay configuration',
    });
    expect(warnings).toMatchObject([{ code: 'invalid_relay' }]);
  });

  it.each([
    { row: '7a', what: 'no target', value: '{}', detail: 'target_pid is missing' },
    {
      row: '7b',
      what: 'a name',
      value: '{"target_pid":"room"}',
      detail: 'target_pid is no PID; for a name give target_name',
    },
  ])('refuses $what (H2 row $row)', async ({ value, detail }) => {
    const { port, warnings } = await withHeader(value);

    expect(await refusal(port, '/ws')).toMatchObject({ status: 400, body: 'Invalid target PID' });
    expect(warnings[0]?.message).toBe(`/ws: Invalid target PID: ${detail}`);
  });

  it.each([
    {
      row: '8a',
      what: 'a bad interval',
      value: `{"target_pid":"${DEAD}","heartbeat_interval":"soon"}`,
    },
    {
      row: '8b',
      what: 'a reserved topic',
      value: `{"target_pid":"${DEAD}","message_topic":"ws.leave"}`,
    },
    {
      row: '8c',
      what: 'a bad expiry',
      value: `{"target_pid":"${DEAD}","expires_at":"tomorrow"}`,
    },
  ])('refuses $what (H2 row $row)', async ({ value }) => {
    const { port, warnings } = await withHeader(value);

    expect(await refusal(port, '/ws')).toMatchObject({
      status: 400,
      body: 'Invalid relay configuration',
    });
    expect(warnings[0]?.message).toMatch(/heartbeat_interval|message_topic|expires_at/);
  });

  it('refuses a dead target with 404 and no 101 (H2 row 9)', async () => {
    const { port } = await withHeader(`{"target_pid":"${DEAD}"}`);
    const answer = await refusal(port, '/ws');

    expect(answer).toMatchObject({ status: 404, body: 'Target process not found' });
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8' });
  });

  it('makes nothing for a client that is gone (H2 row 11)', async () => {
    const arrived = deferred<() => void>();
    const gone = deferred();
    const { port, system, relay } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.on('close', gone.resolve);
          arrived.resolve(() => setRelay(res, { target: echo }).end());
        });
      },
    });
    const raw = new Raw(port).write(handshake('/ws'));
    const answer = await within(arrived.promise, 'the handler');
    raw.socket.resetAndDestroy();
    await within(gone.promise, "the response's close");
    answer();

    expect([system.processes(), relay.count]).toEqual([[], 0]);
  });

  it('never reads a header of that name from the request (H1)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.send('plain');
        });
      },
    });
    const headers = { 'X-WS-Relay': `{"target_pid":"${DEAD}"}` };

    expect((await refusal(port, '/ws', { headers })).status).toBe(200);
  });

  it('takes 64 KiB of metadata and text that is not ASCII (H8)', async () => {
    const { port } = await serve({
      routes: (_app, running) =>
        toEcho(running, { metadata: { long: 'x'.repeat(64 * 1024), name: 'Zoë 🎈' } }),
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
  });

  it('leaves plain requests to other handlers alone', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.post('/ws', (_req, res) => {
          res.status(201).send('made');
        });
      },
    });
    const status = await new Promise((resolve) => {
      request({ port, path: '/ws', method: 'POST' }, (res) =>
        resolve(res.resume().statusCode),
      ).end();
    });

    expect(status).toBe(201);
  });
});
