import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { setRelay } from '../../../lib/express/index.js';
import { serveChannels } from '../../channels/served.js';
import { cleanUp, echo, onCleanup, type Serve, serve } from '../../express/support.js';
import { freePort } from '../../support/freePort.js';
import { examined, linesOf } from './examined.js';

afterEach(cleanUp);

const UPGRADE =
  'nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
const REST = 'proxy, origin, cookies, header, compression, protocol, ping, close, payload, idle';

const application = (options: Serve = {}) =>
  serve({
    routes: (app) => {
      app.get('/ws/echo', (_request, response) => {
        response.cookie('sid', 'secret');
        setRelay(response, { target: echo }).end();
      });
    },
    ...options,
  });

/** A server of HTTP that is none of ours; its URL. */
async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => server.close().closeAllConnections());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
}

describe('doctor, of a server that is not there', () => {
  it('says that nobody listens, and ends with 3 (CL7, CL2)', async () => {
    const port = await freePort();

    expect(await examined(`https://127.0.0.1:${port}`)).toEqual({
      lines: [
        `wss://127.0.0.1:${port}/ws, as a page of https://127.0.0.1:${port}`,
        `FAIL server nobody listens at 127.0.0.1:${port} (ECONNREFUSED)`,
        ` Express: app.listen(${port}), for a container or another machine on all of its addresses, not on 127.0.0.1`,
        'opened 1 connection, one at a time, and closed all',
      ],
      bars: [''],
      line: `no server at wss://127.0.0.1:${port}/ws`,
      exitCode: 3,
    });
  });

  it('says that what accepts is silent, as long as it was to wait', async () => {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const options = ['--timeout', '1s'];

    const plain = await examined(`ws://127.0.0.1:${port}`, ...options);
    const secure = await examined(`wss://127.0.0.1:${port}`, ...options);

    expect(linesOf(plain.lines, 'upgrade')).toEqual([
      'FAIL upgrade no answer within 1s',
      'Express: middleware before the route calls neither next() nor end(); the log names the route (handshake_timeout)',
    ]);
    expect(linesOf(plain.lines, 'clock')).toEqual([
      'warn clock the server does not say what time it has',
    ]);
    expect(linesOf(secure.lines, 'tls')).toEqual([
      'FAIL tls it accepts connections, and begins no TLS (timeout)',
      `nginx: listen ${port} ssl; or ask by ws:// instead of wss://`,
    ]);
  });
});

describe('doctor, of a handshake that gets no 101', () => {
  const upgradeOf = async (url: string, ...options: readonly string[]) => {
    const { lines, ...end } = await examined(url, ...options);
    return { lines: linesOf(lines, 'upgrade'), ...end };
  };

  it('says that Express does not get it, what was not looked at, and ends with 1 (CL7)', async () => {
    const { port } = await application({ accept: false });

    expect(await upgradeOf(`ws://127.0.0.1:${port}/ws/echo`)).toEqual({
      lines: [
        'FAIL upgrade 426 Upgrade Required: the server does not hand handshakes to Express, or a proxy takes their Upgrade header away',
        'Express: acceptUpgrades(app.listen(port))',
        UPGRADE,
      ],
      bars: ['', '', '', ''],
      line: `1 of 4 checks failed; not looked at: ${REST}`,
      exitCode: 1,
    });
  });

  it('says that there is nothing, or a page', async () => {
    const { port } = await application();
    const page = await listen((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>');
    });

    expect((await upgradeOf(`ws://127.0.0.1:${port}/ws/ecko`)).lines).toEqual([
      'FAIL upgrade 404 Not Found: there is nothing at /ws/ecko',
      'Express: app.use(websocketRoutes(manager)) is /ws and /ws/<channel>; another path has to be in the URL, and in a claim of acceptUpgrades',
    ]);
    expect((await upgradeOf(page)).lines).toEqual([
      'FAIL upgrade 200 OK: a page in place of a WebSocket',
      'Express: app.use(websocketRoutes(manager)) before express.static and what answers any path',
      'nginx: location /ws { proxy_pass http://127.0.0.1:3000; … } beside the one with try_files',
    ]);
  });

  it('says where it leads, where no browser follows', async () => {
    const url = await listen((_request, response) => {
      response.writeHead(301, { Location: 'https://app.example.com/ws?secret=1' }).end();
    });

    expect((await upgradeOf(url)).lines).toEqual([
      'FAIL upgrade 301 Moved Permanently: it leads to https://app.example.com/ws?secret=1, where no browser follows with a WebSocket',
      "page: new WebSocket('wss://app.example.com/ws')",
    ]);
  });

  it('says that the server drains, and for how long (Q14)', async () => {
    const { port, relay } = await application();
    relay.drain({ retryAfter: '7s', jitter: 0 }).subscribe();

    expect((await upgradeOf(`ws://127.0.0.1:${port}/ws/echo`)).lines).toEqual([
      'FAIL upgrade 503 Service Unavailable: the server drains, to restart or to end, for 7 s',
      'nginx: proxy_next_upstream error timeout http_503; where there are several processes; else ask again',
    ]);
  });

  it('says that it wants to know who asks; --header-file says it, by a cookie or a token (H18)', async () => {
    const { port } = await serveChannels({
      connect: (request, { token }) =>
        token === 'secret' || request.headers.cookie === 'sid=1'
          ? { identity: 'ada' }
          : { status: 401 },
    });
    const url = `ws://127.0.0.1:${port}/ws`;
    const file = join('.tmp', `doctor-${process.pid}`);
    const withLines = async (text: string) => {
      writeFileSync(file, text);
      return (await upgradeOf(url, '--header-file', file)).exitCode;
    };

    expect((await upgradeOf(url)).lines).toEqual([
      'FAIL upgrade 401 Unauthorized: it wants to know who asks',
      '--header-file: a file with what a browser would send, such as Cookie: session=…',
    ]);
    expect(await withLines('Cookie: sid=2\n')).toBe(1);
    expect(await withLines('Cookie: sid=1\n')).toBe(0);
    const bearer = `rx-process.bearer.${Buffer.from('secret').toString('base64url')}`;
    expect(await withLines(`\r\nsec-websocket-protocol: ${bearer}\r\n`)).toBe(0);
  });
});

describe('doctor, of who may connect', () => {
  it('finds a server open to any page, and cookies without flags (H14)', async () => {
    const { port } = await application({
      relay: { allowedOrigins: '*', dangerouslyAllowAnyOrigin: true },
    });

    const { lines, line } = await examined(`ws://127.0.0.1:${port}/ws/echo`);

    expect(linesOf(lines, 'origin')).toEqual([
      'FAIL origin https://attacker.example and a sandboxed frame of any site (null) may connect, with the cookies of whoever visits it',
      `Express: websocketRoutes(manager, { allowedOrigins: 'http://127.0.0.1:${port}' }) in place of '*', 'null' and dangerouslyAllowAnyOrigin`,
      'nginx: proxy_set_header Origin $http_origin; if another line there hides it',
    ]);
    expect(linesOf(lines, 'cookies')).toEqual([
      'FAIL cookies sid without HttpOnly, SameSite',
      "Express: session({ cookie: { httpOnly: true, sameSite: 'lax' } })",
    ]);
    expect(line).toBe('2 of 14 checks failed');
  });

  it('finds a page of another site that may not connect, and is to (H6)', async () => {
    const { port } = await application();
    const options = ['--origin', 'https://app.example.com'];

    const { lines } = await examined(`ws://127.0.0.1:${port}/ws/echo`, ...options);

    expect(linesOf(lines, 'proxy')).toEqual([
      'FAIL proxy pages of https://app.example.com may not connect',
      "Express: websocketRoutes(manager, { allowedOrigins: 'https://app.example.com' })",
    ]);
  });

  it('says what stands in the way of a page beside its origin', async () => {
    const { port } = await serveChannels({ connect: () => ({ status: 401 }) });
    const options = ['--origin', 'https://app.example.com'];

    const { lines } = await examined(`ws://127.0.0.1:${port}/ws`, ...options);

    expect(linesOf(lines, 'upgrade')[0]).toBe(
      'FAIL upgrade 401 Unauthorized: it wants to know who asks',
    );
  });

  it('finds nobody let in who says an origin or none (H14)', async () => {
    const { port } = await application({ relay: { requireOrigin: true } });
    const options = ['--origin', 'https://app.example.com'];

    const { lines } = await examined(`ws://127.0.0.1:${port}/ws/echo`, ...options);

    expect(linesOf(lines, 'upgrade')).toEqual([
      'FAIL upgrade 403 Forbidden: "Origin not allowed" to https://app.example.com, and to whoever is no browser',
      "Express: websocketRoutes(manager, { allowedOrigins: 'https://app.example.com' })",
    ]);
  });
});

describe('doctor, of another WebSocket server', () => {
  it('finds what it lets out, compresses and takes (H1)', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true });
    await once(server, 'listening');
    onCleanup(() => server.close());
    server.on('headers', (headers) => headers.push('X-WS-Relay: {"target_pid":"{main|0x00001}"}'));
    const { port } = server.address() as AddressInfo;

    const { lines } = await examined(`ws://127.0.0.1:${port}`);

    expect(linesOf(lines, 'header')).toEqual([
      'FAIL header X-WS-Relay comes out, which names a process and may have secrets',
      'Express: app.use(path, websocketRelay(system)) before the handler, and acceptUpgrades(server), which take it away',
    ]);
    expect(linesOf(lines, 'compression')).toEqual([
      'warn compression on (permessage-deflate): memory for each connection, and lengths tell secrets that stand beside foreign text',
      'ws: new WebSocketServer({ perMessageDeflate: false }); the relay of rx-process has none',
    ]);
    // A message that is too long would end this very process, since nobody hears the sockets' errors.
    expect(linesOf(lines, 'payload')).toEqual([
      'warn payload not tried: what answers is no relay of rx-process, and some servers crash at a message that is too long',
      "ws: new WebSocketServer({ maxPayload: 1_048_576 }), and socket.on('error', …) for each",
    ]);
  });

  it.each([
    {
      how: 'with a code',
      end: (socket: WebSocket) => socket.close(1008, 'who?'),
      lines: [
        'FAIL upgrade 101, and closed at once: 1008 "who?"',
        '--header-file: a file with what a browser would send, such as Cookie: session=…',
      ],
    },
    {
      how: 'without a word',
      end: (socket: WebSocket) => socket.terminate(),
      lines: [
        'FAIL upgrade 101, and then nothing: frames do not pass, or the server is gone',
        UPGRADE,
      ],
    },
  ])('finds that it ends at once, $how', async ({ end, lines }) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    onCleanup(() => server.close());
    server.on('connection', end);
    const { port } = server.address() as AddressInfo;

    expect(linesOf((await examined(`ws://127.0.0.1:${port}`)).lines, 'upgrade')).toEqual(lines);
  });
});
