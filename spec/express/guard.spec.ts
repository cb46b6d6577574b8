import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import compression from 'compression';
import type { Response } from 'express';
import { setRelay } from '../../lib/express/index.js';
import { cleanUp, echo, handshake, processWarnings, Raw, type Running, serve } from './support.js';

afterEach(cleanUp);

const VALUE = '{"target_pid":"{main|0x00001}"}';
const get = async ({ port }: Running, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' });
  return { status: response.status, headers: response.headers, body: await response.text() };
};

describe('a plain response with the relay header', () => {
  const answers: [string, (res: Response) => unknown][] = [
    ['end', (res) => setRelay(res, { target: echo }).end('body')],
    ['end without a body', (res) => setRelay(res, { target: echo }).end()],
    ['json', (res) => setRelay(res, { target: echo }).json({ secret: true })],
    ['sendStatus', (res) => setRelay(res, { target: echo }).sendStatus(200)],
    [
      'write and end',
      (res) => {
        setRelay(res, { target: echo }).write('bo');
        res.end('dy');
      },
    ],
    ['a stream', (res) => Readable.from(['bo', 'dy']).pipe(setRelay(res, { target: echo }))],
    [
      'flushHeaders',
      (res) => {
        setRelay(res, { target: echo }).flushHeaders();
        res.end('body');
      },
    ],
    ['writeHead', (res) => res.writeHead(200, { 'X-WS-Relay': VALUE, ETag: '"x"' }).end('body')],
    ['writeHead with a phrase', (res) => res.writeHead(200, 'OK', { 'x-ws-relay': VALUE }).end()],
    ['raw headers', (res) => res.writeHead(200, ['X-WS-Relay', VALUE, 'X-A', '1']).end('body')],
    [
      'a content length of its own',
      (res) => setRelay(res, { target: echo }).set('Content-Length', '4').end('body'),
    ],
  ];

  it.each(answers)('by %s becomes 426 without it (H1, H2 row 5)', async (_what, answer) => {
    const running = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => void answer(res));
      },
    });
    const { status, headers, body } = await get(running, '/ws');

    expect([status, body]).toEqual([426, 'Upgrade required']);
    expect(headers.get('upgrade')).toBe('websocket');
    expect(headers.get('connection')).toBe('Upgrade');
    expect(headers.get('x-ws-relay')).toBeNull();
    expect(headers.get('etag')).toBeNull();
  });

  it('drops the phrase of another status, and survives a second end', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.statusMessage = 'Fine';
          setRelay(res, { target: echo }).end('one');
          res.end('two');
        });
      },
    });
    const raw = new Raw(port).write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

    expect(await raw.until(/Upgrade required$/)).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/);
  });

  it.each([
    {
      what: 'Connection: close',
      request: 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    },
    { what: 'HTTP/1.0', request: 'GET /ws HTTP/1.0\r\n\r\n' },
    { what: 'a handler that closes', request: 'GET /ws/last HTTP/1.1\r\nHost: x\r\n\r\n' },
  ])('closes the connection after its 426 with $what (H2 row 5)', async ({ request }) => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
        app.get('/ws/last', (_req, res) => {
          setRelay(res, { target: echo }).set('Connection', 'close').end();
        });
      },
    });

    expect(await new Raw(port).write(request).end()).toMatch(
      /^HTTP\/1.1 426 .*\r\nConnection: Upgrade, close\r\n.*Upgrade required$/s,
    );
  });

  it('keeps the connection usable for the next request', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).send('body');
        });
        app.get('/next', (_req, res) => {
          res.send('next');
        });
      },
    });
    const raw = new Raw(port);
    raw.write('GET /ws HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n');

    expect(await raw.until(/next$/)).toMatch(
      /^HTTP\/1.1 426 Upgrade Required\r\n.*Upgrade requiredHTTP\/1.1 200 OK\r\n.*next$/s,
    );
  });

  it.each([
    { what: 'an error', status: 500 },
    { what: 'a redirect', status: 302 },
    { what: 'a refusal', status: 401 },
  ])('passes as $what, stripped (H1, H2 row 4d)', async ({ status }) => {
    const running = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).status(status).location('/x').send('as it is');
        });
      },
    });
    const answer = await get(running, '/ws');

    expect([answer.status, answer.body]).toEqual([status, 'as it is']);
    expect(answer.headers.get('x-ws-relay')).toBeNull();
  });

  it('passes stripped, with a warning, where no relay is mounted (H1, H2 row 4b)', async () => {
    const warnings = processWarnings();
    const running = await serve({
      routes: (app) => {
        app.get('/plain', (_req, res) => {
          res.set('X-WS-Relay', VALUE).send('body');
        });
        app.get('/raw', (_req, res) => {
          res.writeHead(200, ['X-WS-Relay', VALUE]).end('body');
        });
      },
    });

    for (const path of ['/plain', '/raw', '/plain']) {
      const { status, headers, body } = await get(running, path);
      expect([status, body, headers.get('x-ws-relay')]).toEqual([200, 'body', null]);
    }
    const remedy = 'app.use(path, websocketRelay(system)) before the handler';
    expect(warnings.map(({ message }) => message)).toEqual([
      `X-WS-Relay set but websocketRelay is not mounted on /plain, or mounted after this handler: ${remedy}`,
      `X-WS-Relay set but websocketRelay is not mounted on /raw, or mounted after this handler: ${remedy}`,
    ]);
  });

  it.each([
    {
      what: 'a plain response',
      request: 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    },
    { what: 'the answer to an upgrade', request: handshake('/ws') },
  ])('keeps it out of the early hints and trailers of $what (H1)', async ({ request }) => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.writeEarlyHints({
            link: '</a.css>; rel=preload',
            'x-ws-relay': VALUE,
            'x-hint': '1',
          });
          res.status(400).write('body');
          res.addTrailers({ 'X-WS-Relay': VALUE, 'X-Sum': '2' });
          res.end();
        });
        app.get('/ws/pairs', (_req, res) => {
          res.status(400).write('body');
          res.addTrailers([
            ['x-ws-relay', VALUE],
            ['X-Sum', '2'],
          ]);
          res.end();
        });
      },
    });

    const object = await new Raw(port).write(request).end();
    expect(object).toMatch(/^HTTP\/1.1 103 .*\r\nx-hint: 1\r\n.*body.*\r\nX-Sum: 2\r\n/s);
    expect(object).not.toMatch(/relay/i);
    const pairs = await new Raw(port).write(request.replace('/ws', '/ws/pairs')).end();
    expect(pairs).toMatch(/body.*\r\nX-Sum: 2\r\n/s);
    expect(pairs).not.toMatch(/relay/i);
  });

  it('is 426 behind compression too', async () => {
    const running = await serve({
      before: (app) => {
        app.use(compression({ threshold: 0 }));
      },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).send('x'.repeat(5_000));
        });
        app.get('/ws/other', (_req, res) => {
          res.send('y'.repeat(5_000));
        });
      },
    });

    expect(await get(running, '/ws')).toMatchObject({ status: 426, body: 'Upgrade required' });
    expect((await get(running, '/ws/other')).body).toBe('y'.repeat(5_000));
  });

  it('is guarded by the relay alone, and told that upgrades are not accepted', async () => {
    const running = await serve({
      accept: false,
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
    const raw = new Raw(running.port).write(
      `GET /ws HTTP/1.1\r\nHost: x\r\n${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    );

    expect((await get(running, '/ws')).status).toBe(426);
    expect(await raw.until(/Upgrade required$/)).toMatch(/^HTTP\/1.1 426 /);
    expect(running.warnings).toMatchObject([{ code: 'upgrades_not_accepted' }]);
  });

  it('leaves a response without it as it is', async () => {
    const running = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.writeHead(200, 'Fine', ['X-A', '1', 'X-A', '2']).write('bo');
          res.end('dy');
        });
        app.get('/ws/length', (_req, res) => {
          res.end('body');
        });
      },
    });
    const answer = await get(running, '/ws');

    expect([answer.body, answer.headers.get('x-a')]).toEqual(['body', '1, 2']);
    expect((await get(running, '/ws/length')).headers.get('content-length')).toBe('4');
  });
});
