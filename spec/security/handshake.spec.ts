import { afterEach, describe, expect, it } from '@jest/globals';
import { slowHandshake } from '../../lib/testing/faults/slowHandshake.js';
import { cleanUp, handshake, open, Raw, refusal, serve, servePending } from '../express/support.js';
import { witnessed } from '../ws/witness.js';
import { serves, watched } from './support.js';

afterEach(cleanUp);

const PAGE = 'https://app.example.com';

describe('Origin allowlist, no wildcard or substring match', () => {
  it.each([
    { origin: 'https://app.example.com.evil.example' },
    { origin: 'https://evilapp.example.com' },
    { origin: 'https://app-example.com' },
    { origin: 'https://example.com' },
    { origin: 'https://x.app.example.com' },
    { origin: 'http://app.example.com' },
    { origin: 'https://app.example.com:8443' },
    { origin: 'https://app.example.com@evil.example' },
    { origin: 'https://evil.example/https://app.example.com' },
    { origin: 'https://evil.example,https://app.example.com' },
    { origin: 'null' },
    { origin: 'file://' },
  ])('refuses $origin before any handler (H6)', async ({ origin }) => {
    const { port, asked } = await watched({ relay: { allowedOrigins: PAGE } });

    expect(await refusal(port, '/ws/echo', { origin })).toMatchObject({ status: 403 });
    expect(asked()).toBe(0);
  });

  it('takes the page that is named, and the own one, and no other where none is named (H6)', async () => {
    const named = await watched({ relay: { allowedOrigins: PAGE } });
    const plain = await watched();

    expect(await (await open(named.port, '/ws/echo', { origin: PAGE })).ask('hi')).toBe('hi');
    const own = `http://127.0.0.1:${plain.port}`;
    expect(await (await open(plain.port, '/ws/echo', { origin: own })).ask('hi')).toBe('hi');
    expect(await refusal(plain.port, '/ws/echo', { origin: PAGE })).toMatchObject({ status: 403 });
  });

  it.each(['*', 'https://*', '*.*', [PAGE, '*']])(
    'does not start with %p alone (H6, H14)',
    async (allowedOrigins) => {
      await expect(serve({ relay: { allowedOrigins } })).rejects.toThrow('allowedOrigins');
    },
  );

  it('takes clients without an Origin, which are no browsers, unless one is required (H14)', async () => {
    const lax = await watched();
    const strict = await watched({ relay: { requireOrigin: true } });

    await serves(lax);
    expect(await refusal(strict.port, '/ws/echo')).toMatchObject({ status: 403 });
    expect(strict.asked()).toBe(0);
  });
});

describe('Compression off', () => {
  it('takes up no extension that is offered, and a compressed frame is a protocol error', async () => {
    const { port } = await watched();
    const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
    const raw = new Raw(port).write(handshake('/ws/echo', offer));

    const head = await raw.until(/\r\n\r\n/);
    // RSV1, which says that the payload is compressed.
    raw.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]));

    expect(head).toMatch(/^HTTP\/1.1 101 /);
    expect(head).not.toMatch(/extensions/i);
    await raw.until(/\u0088/);

    // The close frame that the client sees: two bytes, 1002.
    expect(raw.text.endsWith('\u0088\u0002\u0003\u00ea')).toBe(true);
  });
});

describe('Header flood on handshake', () => {
  it.each([999, 1_000, 1_001, 1_999, 2_000, 2_001, 3_000])(
    'is answered and ends nothing, with %p lines before Upgrade (Q5, CVE-2024-37890)',
    async (lines) => {
      const server = await watched();
      const flood = Object.fromEntries(Array.from({ length: lines }, (_, n) => [`a${n}`, '']));
      const text = handshake('/ws/echo').replace('Connection', `${linesOf(flood)}Connection`);

      const answer = await new Raw(server.port).write(text).until(/^HTTP\/1.1 \d+/);

      expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
      expect(server.asked()).toBe(0);
      await serves(server);
    },
  );

  it('is refused by Node where it is of bytes: 16 KiB', async () => {
    const server = await watched();
    const text = handshake('/ws/echo', { 'X-Long': 'x'.repeat(16 * 1024) });

    expect(await new Raw(server.port).write(text).end()).toMatch(/^HTTP\/1.1 431 /);
    await serves(server);
  });
});

const linesOf = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');

describe('Slow handshake (slowloris)', () => {
  it('is ended by the clock of Node while the request comes byte by byte', async () => {
    const http = { headersTimeout: 100, connectionsCheckingInterval: 50 };
    const server = await witnessed({}, http);

    const report = await slowHandshake(server.next().url, { bytesPerSecond: 100 });

    expect(report).toMatchObject({ status: 408, ended: 'refused' });
  });

  it('is ended by a clock of its own from then on, whatever the client sends meanwhile (H11, H15)', async () => {
    const { port, handler, responseClosed } = await servePending({
      relay: { handshakeTimeout: 100 },
    });
    const raw = new Raw(port).write(handshake('/ws/room'));
    await handler();
    raw.write('a byte');

    expect(await raw.end()).toMatch(/^HTTP\/1.1 503 [\s\S]*Handler did not end the response$/);
    await responseClosed();
  });

  it('holds a place, so that those who wait are bounded, too (H16)', async () => {
    const { port, handler } = await servePending({ relay: { maxConnections: 1 } });
    new Raw(port).write(handshake('/ws/room'));
    await handler();

    expect(await refusal(port, '/ws/room')).toMatchObject({ status: 503 });
  });
});

describe('Connections', () => {
  it('are bounded for each user, or address, and for all (H16)', async () => {
    const relay = {
      connectionKey: ({ headers }: { headers: object }) => (headers as { user: string }).user,
      maxPerKey: 2,
      maxConnections: 3,
    };
    const { port } = await watched({ relay });
    const of = (user: string) => ({ headers: { user } });
    const [first] = [
      await open(port, '/ws/echo', of('ada')),
      await open(port, '/ws/echo', of('ada')),
    ];

    expect(await refusal(port, '/ws/echo', of('ada'))).toMatchObject({ status: 429 });
    await open(port, '/ws/echo', of('bob'));
    expect(await refusal(port, '/ws/echo', of('eve'))).toMatchObject({ status: 503 });

    first.socket.close();
    await first.closed;
    await open(port, '/ws/echo', of('eve'));
  });

  it('come at a bounded rate, before any handler (H17)', async () => {
    const { port, asked } = await watched({ relay: { upgradesPerSecond: 2 } });
    await open(port, '/ws/echo');
    await open(port, '/ws/echo');

    const { status, headers } = await refusal(port, '/ws/echo');

    expect([status, headers['retry-after'], asked()]).toEqual([503, '1', 2]);
  });
});
