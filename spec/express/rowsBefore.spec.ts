import { afterEach, describe, expect, it } from '@jest/globals';
import { setRelay } from '../../lib/express/index.js';
import {
  cleanUp,
  echo,
  frame,
  handshake,
  open,
  Raw,
  type Running,
  refusal,
  serve,
  within,
} from './support.js';

afterEach(cleanUp);

const toEcho = (running: Running, relay = {}): void => {
  running.app.get('/ws', (_req, res) => {
    setRelay(res, { target: echo, ...relay }).end('the body of a handler');
  });
};

const VERSION = /\r\nSec-WebSocket-Version: 13\r\n/;
const KEY = /Invalid Sec-WebSocket-Key$/;

describe('websocketRelay before the handler', () => {
  it('refuses a head with more lines than Node keeps, whose body may be frames (Q5)', async () => {
    const ran: string[] = [];
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          ran.push('handler');
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const filler = 'a:b\r\n'.repeat(1_100);
    const hidden = `${filler}Content-Length: 8\r\n\r\n`;
    const text = handshake('/ws').replace(/\r\n$/, hidden);
    const reply = await new Raw(port).write(Buffer.concat([Buffer.from(text), frame('hi')])).end();

    expect(reply).toMatch(/^HTTP\/1.1 431 /);
    expect(ran).toEqual([]);
  });

  it('refuses upgrades while it shuts down (H2 row 1)', async () => {
    const ran: string[] = [];
    const { port, relay } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          ran.push('handler');
          setRelay(res, { target: echo }).end();
        });
      },
    });
    await relay.shutdown();

    expect(await refusal(port, '/ws')).toMatchObject({
      status: 503,
      body: 'Relay is shutting down',
    });
    expect(ran).toEqual([]);
  });

  it.each([
    { row: '2a', what: 'another method', method: 'POST', status: 405, reply: /\r\nAllow: GET\r\n/ },
    { row: '2c', what: 'version 8', headers: { 'Sec-WebSocket-Version': '8' }, reply: VERSION },
    { row: '2c', what: 'no version', headers: { 'Sec-WebSocket-Version': '' }, reply: VERSION },
    { row: '2d', what: 'an empty key', headers: { 'Sec-WebSocket-Key': '' }, reply: KEY },
    { row: '2d', what: 'a short key', headers: { 'Sec-WebSocket-Key': 'c2hvcnQ=' }, reply: KEY },
  ])(
    'refuses $what (H2 row $row)',
    async ({ method = 'GET', headers = {}, status = 400, reply }) => {
      const { port } = await serve({ routes: (_app, running) => toEcho(running) });
      const text = handshake('/ws', headers).replace(/^GET/, method);
      const answer = await new Raw(port).write(text).end();

      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toMatch(reply);
    },
  );

  it.each(['0.9', '1.0'])(
    'refuses a client of HTTP/%s, which cannot upgrade (H2 row 2b)',
    async (version) => {
      const ran: string[] = [];
      const { port } = await serve({
        routes: (app) => {
          app.get('/ws', (_req, res) => {
            ran.push('handler');
            setRelay(res, { target: echo }).end();
          });
        },
      });
      const text = handshake('/ws').replace('HTTP/1.1', `HTTP/${version}`);
      const reply = await new Raw(port).write(text).end();

      expect(reply).toMatch(/^HTTP\/1.1 400 .*\r\nConnection: close\r\n.*HTTP\/1.1 required$/s);
      expect(ran).toEqual([]);
    },
  );

  it.each([
    { row: '2e', what: 'without Host', lines: '', text: 'Host required' },
    ...['Content-Length: 8', 'Transfer-Encoding: chunked'].map((line) => ({
      row: '2f',
      what: `that announces a body by ${line}`,
      lines: `Host: localhost\r\n${line}\r\n`,
      text: 'A handshake has no body',
    })),
  ])('refuses a handshake $what before the handler (H2 row $row)', async ({ lines, text }) => {
    const ran: string[] = [];
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          ran.push('handler');
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const head = handshake('/ws').replace('Host: localhost\r\n', lines);
    const reply = await new Raw(port).write(head).write(frame('hi')).end();

    expect(reply).toMatch(/^HTTP\/1.1 400 /);
    expect(reply.endsWith(text)).toBe(true);
    expect(ran).toEqual([]);
  });

  it('relays a handshake with Content-Length: 0 (H2 row 2f)', async () => {
    const { port } = await serve({ routes: (_app, running) => toEcho(running) });
    const client = new Raw(port).write(handshake('/ws', { 'Content-Length': '0' }));

    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 101 /);
  });

  it('warns of each foreign origin once, and of 100 of them (H6)', async () => {
    const { port, warnings } = await serve({ routes: (_app, running) => toEcho(running) });
    const knock = (origin: string) => refusal(port, '/ws', { origin });
    for (let n = 0; n < 3; n++) await knock('https://evil.example');

    expect(warnings).toHaveLength(1);
    for (let n = 0; n < 110; n += 10) {
      const ten = Array.from({ length: 10 }, (_, k) => knock(`https://evil${n + k}.example`));
      await Promise.all(ten);
    }
    expect(warnings).toHaveLength(101);
    expect(warnings.filter(({ message }) => message.includes('no further ones'))).toEqual([
      warnings.at(-1),
    ]);
    for (const { code, message } of warnings) {
      expect(code).toBe('origin_refused');
      expect(message).toMatch(/Origin https:\/\/evil\d*\.example is not Host 127\.0\.0\.1:\d+;/);
    }
  });

  it('refuses a foreign origin before the handler runs, and warns of both names (H2 row 3)', async () => {
    const ran: string[] = [];
    const { port, warnings } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          ran.push('handler');
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const answer = await refusal(port, '/ws', { origin: 'https://evil.example' });

    expect(answer).toMatchObject({ status: 403, body: 'Origin not allowed' });
    expect(ran).toEqual([]);
    expect(warnings).toMatchObject([
      { code: 'origin_refused', message: expect.stringContaining('https://evil.example') },
    ]);
    expect(warnings[0]?.message).toContain(`127.0.0.1:${port}`);
  });

  it('takes its own pages and those it was told of (H6)', async () => {
    const { port } = await serve({
      relay: { allowedOrigins: 'https://*.app.example' },
      routes: (_app, running) => toEcho(running),
    });

    for (const origin of [`http://127.0.0.1:${port}`, 'https://one.app.example']) {
      expect(await (await open(port, '/ws', { origin })).ask('hi')).toBe('hi');
    }
  });

  it('refuses a handshake without Origin where one is required, and warns once (H14)', async () => {
    const { port, warnings } = await serve({
      relay: { requireOrigin: true },
      routes: (_app, running) => toEcho(running),
    });
    for (let n = 0; n < 2; n++) {
      expect(await refusal(port, '/ws')).toMatchObject({ status: 403, body: 'Origin required' });
    }
    const own = await open(port, '/ws', { origin: `http://127.0.0.1:${port}` });

    expect(await own.ask('hi')).toBe('hi');
    expect(warnings).toMatchObject([{ code: 'origin_missing' }]);
  });

  it('believes X-Forwarded-Host as Express does (H6)', async () => {
    const origin = 'https://public.example';
    const headers = { 'X-Forwarded-Host': 'public.example', 'X-Forwarded-Proto': 'https' };
    const { app, port } = await serve({ routes: (_app, running) => toEcho(running) });

    expect((await refusal(port, '/ws', { origin, headers })).status).toBe(403);
    app.set('trust proxy', true);
    expect(await (await open(port, '/ws', { origin, headers })).ask('hi')).toBe('hi');
  });

  it('refuses what is over the limit before the handler runs (H2 row 3b)', async () => {
    let ran = 0;
    const { port, relay } = await serve({
      relay: { maxConnections: 1 },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          ran++;
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const first = await open(port, '/ws');

    expect(await refusal(port, '/ws')).toMatchObject({
      status: 503,
      body: 'Connection limit reached',
    });
    expect([ran, relay.count]).toEqual([1, 1]);
    first.socket.close();
    await within(first.closed, 'the close');
  });
});
