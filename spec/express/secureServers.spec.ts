import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, createSecureServer, type Http2SecureServer } from 'node:http2';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import WebSocket from 'ws';
import { acceptUpgrades, setRelay, websocketRelay } from '../../lib/express/index.js';
import { createSystem } from '../../lib/index.js';
import { certificate } from './certificate.js';
import { Client, cleanUp, echo, onCleanup, within } from './support.js';

afterEach(cleanUp);

/** An application on a server whose connections are TLS. */
async function serve(create: (app: RequestListener) => Server | Http2SecureServer) {
  const system = createSystem({ logger: false });
  const relay = websocketRelay(system);
  const app = express();
  app.use('/ws', relay, (_req, res) => {
    setRelay(res, { target: echo }).end();
  });
  app.post('/api', express.json(), (req, res) => {
    res.json({ got: req.body, isSecure: req.secure });
  });
  const server = create(app);
  acceptUpgrades(server, { claim: '/ws' });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(async () => {
    await relay.shutdown();
    await system.shutdown();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port };
}

describe.each([
  {
    what: 'an HTTPS server',
    create: (app: RequestListener) => createServer(certificate('localhost'), app),
  },
  {
    what: 'an HTTP/2 server with allowHTTP1',
    create: (app: RequestListener) =>
      createSecureServer({ ...certificate('localhost'), allowHTTP1: true }, app as never),
  },
])('acceptUpgrades on $what', ({ create }) => {
  it('relays the WebSockets of HTTP/1.1 clients (Q5)', async () => {
    const { port } = await serve(create);
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, { rejectUnauthorized: false });
    onCleanup(() => socket.terminate());
    const client = new Client(socket);
    await within(once(socket, 'open'), 'the 101');

    expect(await client.ask('hello')).toBe('hello');
  });

  it('gives an offer of h2c its answer twice, with the body (Q5)', async () => {
    const { port } = await serve(create);
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false };
    const socket = connectTls({ ...options, ALPNProtocols: ['http/1.1'] });
    onCleanup(() => socket.destroy());
    let text = '';
    const twice = new Promise<void>((resolve) => {
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.split('"isSecure":true}').length > 2) resolve();
        else if (text.endsWith('"isSecure":true}')) socket.write(request);
      });
    });
    const request = [
      'POST /api HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c',
      'Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"n":123}',
    ].join('\r\n');
    socket.write(request);
    await within(twice, 'two answers');

    expect(text.match(/{"got":{"n":123},"isSecure":true}/g)).toHaveLength(2);
  });
});

describe('acceptUpgrades on an HTTP/2 server', () => {
  it('keeps the relay header from responses of HTTP/2, too (H1)', async () => {
    const { port } = await serve(() =>
      createSecureServer(
        { ...certificate('localhost'), allowHTTP1: true },
        (_request, response) => {
          response.setHeader('X-WS-Relay', '{}');
          response.setHeader('X-Other', 'stays');
          response.end('plain');
        },
      ),
    );
    const client = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    onCleanup(() => client.destroy());
    const stream = client.request({ ':path': '/' });
    const [headers] = await within(once(stream, 'response'), 'the response');

    expect(headers).toMatchObject({ ':status': 200, 'x-other': 'stays' });
    expect(headers['x-ws-relay']).toBeUndefined();
  });
});
