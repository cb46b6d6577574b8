import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  fragmentFlood,
  halfOpen,
  reconnectStorm,
  resetDuringUpgrade,
  slowHandshake,
  slowReader,
  vanish,
} from '../../lib/testing/index.js';
import { cleanUp, deferred, onCleanup, within } from '../express/support.js';

afterEach(cleanUp);

/** One client as a bare TCP server has it: what came, in pieces, and how it ended. */
interface Seen {
  readonly socket: Socket;
  readonly pieces: Buffer[];
  readonly closed: Promise<'end' | string>;
}

/** A server by hand: opens each connection as soon as its request is whole, and lets `serve` go on. */
async function bare(serve: (socket: Socket) => void = () => {}) {
  const seen: Seen[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    onCleanup(() => socket.destroy());
    const pieces: Buffer[] = [];
    let error = 'end';
    socket.on('error', ({ code = '' }: Error & { code?: string }) => {
      error = code;
    });
    const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(error)));
    seen.push({ socket, pieces, closed });
    socket.on('data', (piece: Buffer) => {
      const before = Buffer.concat(pieces).includes('\r\n\r\n');
      pieces.push(piece);
      const request = Buffer.concat(pieces).toString('latin1');
      if (before || !request.includes('\r\n\r\n')) return;
      const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(request)?.[1];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`,
      );
      socket.write(`Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`);
      serve(socket);
    });
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => server.close());
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=b`, seen };
}

/** What a client has sent behind its request. */
function framesOf({ pieces }: Seen): Buffer {
  const all = Buffer.concat(pieces);
  return all.subarray(all.indexOf('\r\n\r\n') + 4);
}

/** The payloads and first bytes of masked frames, all below 126 bytes, until one is cut. */
function unmask(bytes: Buffer): { first: number; text: string }[] {
  const [first, length] = bytes;
  if (first === undefined || length === undefined) return [];
  expect(length & 128).toBe(128);
  const end = 6 + (length & 127);
  const mask = bytes.subarray(2, 6);
  const text = bytes.subarray(6, end).map((byte, i) => byte ^ (mask[i % 4] as number));
  return [{ first, text: Buffer.from(text).toString() }, ...unmask(bytes.subarray(end))];
}

/** How each ended. Node ends TCP right before it resets it, and a server may see that first. */
const endsOf = (seen: readonly Seen[]): Promise<string[]> =>
  within(Promise.all(seen.map(({ closed }) => closed)), 'the ends');

/**
 * Has clients come until the server has seen one reset TCP: to a server that was busy for so long that it reads what
 * was said with the reset, that looks like an end.
 */
async function untilReset(seen: readonly Seen[], come: () => Promise<unknown>): Promise<void> {
  while (!(await endsOf(seen)).includes('ECONNRESET')) await come();
}

const only = (seen: readonly Seen[]): Seen => seen[0] as Seen;

describe('a fault, as the server sees it', () => {
  it('asks for a WebSocket as RFC 6455 §4.1 says (J1)', async () => {
    const { url, seen } = await bare((socket) => socket.end());

    await halfOpen(url, { headers: { Origin: 'https://a.example' }, protocols: ['chat'] });

    const request = Buffer.concat(only(seen).pieces).toString();
    expect(request).toMatch(/^GET \/path\?a=b HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
    for (const line of [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: chat',
      'Origin: https://a.example',
    ]) {
      expect(request).toContain(`\r\n${line}\r\n`);
    }
  });

  it('is silent in halfOpen: no pong, no close frame, no end (J2)', async () => {
    const { url, seen } = await bare((socket) => {
      socket.write('\x89\x04ping', 'latin1');
      socket.write(Buffer.of(0x88, 2, 0x03, 0xe9));
    });
    const running = halfOpen(url, { timeout: 300, messages: ['hi', Uint8Array.of(104, 105)] });

    const report = await running;

    expect(report).toMatchObject({ ended: 'timeout', status: 101, code: 1001, reason: '' });
    expect(unmask(framesOf(only(seen)))).toEqual([
      { first: 0x81, text: 'hi' },
      { first: 0x82, text: 'hi' },
    ]);
  });

  it('reads at its pace in slowReader, and shows that it is there (J3)', async () => {
    const opened = deferred();
    const { url, seen } = await bare((socket) => {
      const frame = Buffer.concat([Buffer.of(0x82, 126, 0xff, 0xff), Buffer.alloc(0xffff)]);
      for (let i = 0; i < 64; i++) socket.write(frame);
      opened.resolve();
    });
    const pongsOf = () => unmask(framesOf(only(seen)));

    const given = new AbortController();
    const reading = slowReader(url, { bytesPerSecond: 70_000, signal: given.signal });
    await within(opened.promise, 'the slow reader');
    // It reads when it shows that it is there, however much later than each 100 ms that is.
    while (pongsOf().length < 20) await once(only(seen).socket, 'data');
    given.abort();
    const slow = await reading;
    const fast = await slowReader(url, { bytesPerSecond: 2 ** 30, timeout: 2_000 });
    const none = await slowReader(url, { bytesPerSecond: 0, timeout: 500 });

    expect([slow.messages, none.messages, fast.messages]).toEqual([expect.any(Number), 0, 64]);
    expect(slow.messages).toBeGreaterThan(0);
    expect(slow.messages).toBeLessThan(4);
    const pongs = pongsOf();
    expect(pongs.length).toBeGreaterThan(10);
    expect(new Set(pongs.map(({ first }) => first))).toEqual(new Set([0x8a]));
  }, 10_000);

  it('comes byte by byte in slowHandshake (J4)', async () => {
    const { url, seen } = await bare();

    const { status, bytesSent } = await slowHandshake(url, { bytesPerSecond: 50, timeout: 500 });

    const { pieces } = only(seen);
    expect(status).toBeUndefined();
    expect(bytesSent).toBeLessThan(40);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.length / Buffer.concat(pieces).length).toBeGreaterThan(0.5);
    expect(`GET /path?a=b HTTP/1.1\r\nHost: 127.0.0.1`).toContain(Buffer.concat(pieces).toString());
  });

  it('opens in slowHandshake if it is let (J4)', async () => {
    const { url } = await bare((socket) => socket.end());

    expect(await slowHandshake(url, { bytesPerSecond: 1_000 })).toMatchObject({ status: 101 });
  });

  it('sends a whole request and resets in resetDuringUpgrade (J5)', async () => {
    const { url, seen } = await bare();

    // So late that the answer has come.
    const report = await resetDuringUpgrade(url, { after: '1s' });
    await untilReset(seen, () => resetDuringUpgrade(url));

    expect(report).toMatchObject({ ended: 'left', status: 101 });
    expect(Buffer.concat(only(seen).pieces).toString()).toMatch(/\r\n\r\n$/);
  });

  it.each([
    { how: 'reset', isReset: true },
    { how: 'end', isReset: false },
  ] as const)('leaves half a message behind in vanish, by $how (J6)', async ({ how, isReset }) => {
    const { url, seen } = await bare();

    const come = () => vanish(url, { how, messages: ['whole'] });
    await Promise.all(Array.from({ length: 10 }, come));
    if (isReset) await untilReset(seen, come);

    expect((await endsOf(seen)).includes('ECONNRESET')).toBe(isReset);
    const [whole, half] = unmask(framesOf(only(seen)));
    expect([whole, half]).toEqual([
      { first: 0x81, text: 'whole' },
      { first: 0x81, text: expect.stringMatching(/^half a/) },
    ]);
    expect(half?.text).not.toBe('half a message');
  });

  it('never ends its message in fragmentFlood (J7)', async () => {
    const { url, seen } = await bare();

    const report = await fragmentFlood(url, { fragments: 300, size: 2, timeout: 300 });

    expect(report).toMatchObject({ ended: 'timeout', status: 101 });
    const [first, ...others] = unmask(framesOf(only(seen)));
    expect(first).toEqual({ first: 0x01, text: 'xx' });
    expect(others).toEqual(Array(299).fill({ first: 0x00, text: 'xx' }));
  });

  it('brings all clients at once, and all again, in reconnectStorm (J8)', async () => {
    let open = 0;
    let most = 0;
    const { url, seen } = await bare((socket) => {
      most = Math.max(most, ++open);
      socket.on('close', () => open--);
    });

    const report = await reconnectStorm(url, { clients: 20, rounds: 3, messages: ['hi'] });

    const ends = await endsOf(seen);
    expect(report).toMatchObject({ ended: 'left', statuses: { 101: 60 }, unanswered: 0 });
    expect(ends).toHaveLength(60);
    expect(ends).toContain('ECONNRESET');
    expect(most).toBeGreaterThanOrEqual(20);
  });
});
