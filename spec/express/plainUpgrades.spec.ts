import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { Server as SocketServer } from 'socket.io';
import { WebSocketServer } from 'ws';
import { acceptUpgrades } from '../../lib/express/index.js';
import {
  cleanUp,
  deferred,
  onCleanup,
  processWarnings,
  Raw,
  type Serve,
  serve,
  within,
} from './support.js';

afterEach(cleanUp);

/** What Java's HttpClient sends with its first request; the lines of a body's headers besides. */
function offer(method: string, path: string, ...lines: string[]): string {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade, HTTP2-Settings',
    'HTTP2-Settings: AAEAAEAAAAIAAAAA',
    'Upgrade: h2c',
    ...lines,
  ];
  return `${head.join('\r\n')}\r\n\r\n`;
}

/** An application that says what it was asked for. */
const api = (options: Serve = {}) =>
  serve({
    ...options,
    routes: (app) => {
      app.get('/api', (_req, res) => {
        res.send('the api');
      });
      app.post('/api', express.json(), (req, res) => {
        res.json({ got: req.body });
      });
      app.post('/text', express.text({ limit: '2mb' }), (req, res) => {
        res.send(`${req.body.length} characters`);
      });
      app.get('/big', (_req, res) => {
        res.send('x'.repeat(1_000_000));
      });
    },
  });

const JSON_BODY = ['Content-Type: application/json', 'Content-Length: 9'];

describe('a request that offers another upgrade than WebSocket', () => {
  it.each([
    { what: 'without a claim', options: {} },
    { what: 'outside the claim', options: { accept: { claim: '/ws' } } },
    { what: 'inside the claim', options: { accept: { claim: '/' } } },
  ])('gets the answer of the application $what (Q5)', async ({ options }) => {
    const { port } = await api(options);
    const raw = new Raw(port).write(offer('GET', '/api'));

    expect(await raw.until(/the api$/)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  it.each([
    {
      what: 'leaves alone what it does not know',
      listen: (server: Server) =>
        server.on('upgrade', (request, socket, head) => {
          if (request.url !== '/other') return;
          const sockets = new WebSocketServer({ noServer: true });
          sockets.handleUpgrade(request, socket, head, () => {});
        }),
    },
    {
      what: 'ends what it does not know',
      listen: (server: Server) => server.on('upgrade', (_request, socket) => socket.destroy()),
    },
    {
      what: 'refuses with 400, as ws does',
      listen: (server: Server) => new WebSocketServer({ server, path: '/other' }),
    },
  ])('gets it where another listener $what (Q5)', async ({ listen }) => {
    const warnings = processWarnings();
    const { port } = await api({ before: (_app, server) => void listen(server) });
    const raw = new Raw(port).write(offer('GET', '/api'));

    expect(await raw.until(/the api$/)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(warnings).toEqual([]);
  });

  it('gets it beside Socket.IO, also on its path (Q5)', async () => {
    const { port, server } = await api({ accept: { claim: '/ws' } });
    const sockets = new SocketServer(server);
    onCleanup(() => sockets.engine.close());
    const raw = new Raw(port).write(offer('GET', '/api'));
    const polling = new Raw(port).write(offer('GET', '/socket.io/?EIO=4&transport=polling'));

    expect(await raw.until(/the api$/)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(await polling.until(/"pingInterval"/)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  it.each([
    { what: 'whole', lines: JSON_BODY, parts: ['{"n":123}'] },
    { what: 'in parts', lines: JSON_BODY, parts: ['{"n"', ':123}'] },
    {
      what: 'in chunks',
      lines: ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
      parts: ['4\r\n{"n"\r\n', '5\r\n:123}\r\n0\r\n\r\n'],
    },
  ])('has its body $what, and keeps the connection (Q5)', async ({ lines, parts }) => {
    const { port } = await api({ accept: { claim: '/ws' } });
    const [first = '', ...rest] = parts;
    const raw = new Raw(port).write(offer('POST', '/api', ...lines) + first);
    for (const part of rest) {
      await new Promise(setImmediate);
      raw.write(part);
    }

    expect(await raw.until(/}$/)).toMatch(/{"got":{"n":123}}$/);
    raw.text = '';
    raw.write(`${offer('POST', '/api', ...JSON_BODY)}{"n":456}`);
    expect(await raw.until(/}$/)).toMatch(/^HTTP\/1.1 200 OK.*{"got":{"n":456}}$/s);
    raw.text = '';
    raw.write('GET /api HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await raw.until(/the api$/)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  it('has a body of a megabyte', async () => {
    const { port } = await api();
    const lines = ['Content-Type: text/plain', 'Content-Length: 1000000'];
    const raw = new Raw(port).write(offer('POST', '/text', ...lines) + 'x'.repeat(1_000_000));

    expect(await raw.until(/characters$/)).toMatch(/1000000 characters$/);
  });

  it('is told to go on where it expects that', async () => {
    const { port } = await api();
    const raw = new Raw(port).write(offer('POST', '/api', ...JSON_BODY, 'Expect: 100-continue'));
    await raw.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
    raw.write('{"n":123}');

    expect(await raw.until(/}$/)).toMatch(/{"got":{"n":123}}$/);
  });

  it('comes as it was sent: its target, its headers, twice and in their case', async () => {
    const seen = deferred<unknown>();
    const { port } = await serve({
      before: (app) => {
        app.use((req, res) => {
          seen.resolve([req.url, req.headers.upgrade, req.rawHeaders]);
          res.end();
        });
      },
    });
    new Raw(port).write(offer('GET', '/a%20b?c=d', 'X-Two: \xe4', 'x-two: 2', 'X-Empty:'));

    expect(await within(seen.promise, 'the request')).toEqual([
      '/a%20b?c=d',
      'h2c',
      expect.arrayContaining(['Upgrade', 'h2c', 'X-Two', '\xe4', 'x-two', '2', 'X-Empty', '']),
    ]);
  });

  it('may be of HTTP/1.0, and is answered in that', async () => {
    const { port } = await api();
    const raw = new Raw(port).write(offer('GET', '/api').replace('HTTP/1.1', 'HTTP/1.0'));

    expect(await raw.end()).toMatch(/^HTTP\/1.1 200 OK.*\r\nConnection: close\r\n.*the api$/s);
  });

  it('waits for the responses to the requests before it', async () => {
    const { port } = await api();
    const raw = new Raw(port).write(
      [
        'GET /big HTTP/1.1\r\nHost: x\r\n\r\n',
        'GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n',
        `${offer('POST', '/api', ...JSON_BODY)}{"n":123}`,
      ].join(''),
    );
    const text = await raw.until(/123}}$/);
    raw.write('GET /api HTTP/1.1\r\nHost: x\r\n\r\n');

    expect(text).toMatch(/^HTTP\S+ 200 .*x{9}HTTP\S+ 404 .*HTTP\S+ 200 /s);
    expect(await raw.until(/the api$/)).toMatch(/HTTP\S+ 200 [^{]*the api$/);
  });

  it('is forgotten with its client while it waits for a response', async () => {
    const closed = deferred();
    const asked = deferred();
    const { port } = await serve({
      before: (app, server) => {
        server.on('connection', (socket) => socket.on('close', () => closed.resolve()));
        app.get('/slow', () => asked.resolve());
      },
    });
    const raw = new Raw(port).write(
      `GET /slow HTTP/1.1\r\nHost: x\r\n\r\n${offer('GET', '/slow')}`,
    );
    await within(asked.promise, 'the handler');
    raw.socket.resetAndDestroy();
    await within(closed.promise, 'the close');

    expect((await fetch(`http://127.0.0.1:${port}/alive`)).status).toBe(404);
  });

  it('can be repeated on one connection, which nobody hears of twice', async () => {
    const warnings = processWarnings();
    let connections = 0;
    const { port } = await api({
      before: (_app, server) => server.on('connection', () => connections++),
    });
    const raw = new Raw(port);
    for (let n = 0; n < 20; n++) {
      raw.text = '';
      raw.write(offer('GET', '/api'));
      await raw.until(/the api$/);
    }

    expect([connections, warnings]).toEqual([1, []]);
  });

  it('is served once where only Proxy-Connection makes it an upgrade (Q5)', async () => {
    const { port } = await api();
    const raw = new Raw(port).write(
      offer('GET', '/api').replace(/Connection: .*/, 'proxy-CONNECTION: x, Upgrade'),
    );

    expect(await raw.until(/the api$/)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  it.each([
    { what: '1,000 header lines', maxHeadersCount: null, lines: 1_100 },
    { what: 'maxHeadersCount', maxHeadersCount: 50, lines: 110 },
  ])('gets 431 beyond $what, and its body is no request (Q5)', async (row) => {
    const ran: string[] = [];
    const { port } = await api({
      before: (app, server) => {
        server.maxHeadersCount = row.maxHeadersCount;
        app.use((req, _res, next) => {
          ran.push(req.url);
          next();
        });
      },
    });
    const inner = 'GET /inner HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const filler = Array.from({ length: row.lines }, () => 'a:b');
    const head = offer('POST', '/outer', ...filler, `Content-Length: ${inner.length}`);
    const reply = await new Raw(port).write(head + inner).end();

    expect(reply.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 431']);
    expect(ran).toEqual([]);
  });

  it('is under the time-outs of the server (Q5)', async () => {
    const { port, server } = await serve({
      before: (app) => {
        app.get('/never', () => {});
      },
    });
    server.setTimeout(50);

    expect(await new Raw(port).write(offer('GET', '/never')).end()).toBe('');
  });

  it('is cut off when its body takes longer than requestTimeout', async () => {
    const limits = { requestTimeout: 50, headersTimeout: 50, connectionsCheckingInterval: 20 };
    const server = createServer(limits, express().use(express.json()));
    acceptUpgrades(server);
    server.listen(0, '127.0.0.1');
    onCleanup(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const raw = new Raw(port).write(`${offer('POST', '/api', ...JSON_BODY)}{"n"`);

    expect(await raw.end()).toMatch(/^HTTP\/1.1 408 /);
  });

  it('tells its handler when its client leaves amid the body', async () => {
    const [asked, closed] = [deferred(), deferred<boolean>()];
    const { port } = await serve({
      before: (app) => {
        app.post('/api', (req) => {
          req.on('close', () => closed.resolve(req.readableAborted)).on('error', () => {});
          req.once('data', () => asked.resolve());
        });
      },
    });
    const raw = new Raw(port).write(`${offer('POST', '/api', ...JSON_BODY)}{"n"`);
    await within(asked.promise, 'the first bytes');
    raw.socket.resetAndDestroy();

    expect(await within(closed.promise, "the request's close")).toBe(true);
  });

  it('does not keep a server from closing when it is answered', async () => {
    const { port, server } = await api();
    const raw = new Raw(port).write(offer('GET', '/api'));
    await raw.until(/the api$/);
    const closed = once(server, 'close');
    server.close();

    await within(Promise.all([closed, raw.closed]), 'the end of server and client');
    expect(server.listening).toBe(false);
  });

  it('is left to the server again when nobody accepts upgrades any more', async () => {
    const { port, server, stopAccepting } = await api();
    stopAccepting();
    const asked = once(server, 'upgrade');
    new Raw(port).write(offer('GET', '/api'));
    const [request, socket] = await within(asked, 'the upgrade');
    socket.destroy();

    expect(request.headers.upgrade).toBe('h2c');
  });
});
