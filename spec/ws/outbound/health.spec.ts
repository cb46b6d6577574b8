import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lastValueFrom, toArray } from 'rxjs';
import {
  COMPRESSION,
  connect,
  type OutboundConnection,
  type OutboundOptions,
} from '../../../lib/ws/index.js';
import { type Client, cleanUp, within } from '../../express/support.js';
import { collect } from '../../support/runtime.js';
import { until } from '../support.js';
import { accepting, bare, connected } from './support.js';

afterEach(cleanUp);

/** Waits until the connection takes nothing any more. */
async function refusal(connection: OutboundConnection): Promise<void> {
  let isTaken = true;
  const refused = (): void => {
    isTaken = false;
  };
  await until(() => {
    connection.send('x').catch(refused);
    return !isTaken;
  });
}

/** Waits for so many pings of the client. */
function pings({ socket }: Client, count: number): Promise<void> {
  let seen = 0;
  const all = new Promise<void>((resolve) => {
    socket.on('ping', () => ++seen === count && resolve());
  });
  return within(all, `${count} pings`);
}

describe('a connection', () => {
  it('that gets no pong in time is cut off: 1006 (A11)', async () => {
    // It answers nothing at all.
    const { url, closed } = await bare(accepting());
    const connection = await connect(url, { pingInterval: '50ms' });

    expect(await within(connection.closed, 'the end')).toEqual({
      code: 1006,
      reason: 'ping timeout',
      clean: false,
    });
    await closed();
  });

  it('whose server answers pings stays, and answers those of the server, masked (A11)', async () => {
    // So long that a slow machine answers in time.
    const { connection, server } = await connected({ pingInterval: '200ms' });
    const pong = new Promise((resolve) => server.socket.on('pong', resolve));
    server.socket.ping('there?');

    expect(String(await within(pong, 'the pong'))).toBe('there?');
    await pings(server, 3);
    await connection.send('still here');
    expect(await server.next()).toBe('still here');
  });

  it('without a message within readTimeout closes with 1001, whatever is sent and however a message begins (A6)', async () => {
    const { url, cutOff } = await bare(
      accepting((socket) => {
        // A message of which a byte comes now and then.
        socket.write(Buffer.of(0x01, 0x7e, 0x10, 0x00));
        const clock = setInterval(() => socket.write(Buffer.of(0x61)), 10);
        socket.on('close', () => clearInterval(clock));
      }),
    );
    const connection = await connect(url, { readTimeout: '100ms' });
    const ended = lastValueFrom(connection.messages$.pipe(toArray()));
    await refusal(connection);
    cutOff();

    expect(await within(connection.closed, 'the end')).toEqual({
      code: 1001,
      reason: 'idle timeout',
      // Such a server answers no close frame.
      clean: false,
    });
    expect(await ended).toEqual([]);
  });

  it('outlives readTimeout while its reader is slow (A6)', async () => {
    const options = { readTimeout: '80ms', pingInterval: 0 } as const;
    const { connection, server } = await connected({ ...options, channelCapacity: 1 });
    for (let i = 0; i < 4; i++) server.socket.send(String(i));
    // For as long as others live that hear nothing, one after the other.
    for (let i = 0; i < 3; i++) {
      const other = await connected(options);
      expect(await within(other.connection.closed, 'the end')).toMatchObject({ code: 1001 });
    }

    const data: unknown[] = [];
    for await (const message of connection) data.push(message.data);
    expect(data).toEqual(['0', '1', '2', '3']);
    expect(await within(connection.closed, 'the end')).toMatchObject({ code: 1001 });
  });

  it.each<[what: string, options: OutboundOptions]>([
    ['nothing leaves within writeTimeout', { writeTimeout: '100ms', maxBuffered: 2 ** 30 }],
    ['more than maxBuffered waits', { writeTimeout: 0, maxBuffered: 5_000_000 }],
  ])('closes with 1011 where %s (A1, A10)', async (_, options) => {
    const { connection, server } = await connected({ ...options, pingInterval: 0 });
    server.socket.pause();
    const outcomes = Promise.allSettled(
      Array.from({ length: 20 }, () => connection.send(Buffer.alloc(1_000_000))),
    );
    await refusal(connection);
    server.socket.resume();

    expect(await within(server.closed, 'the close')).toEqual({ code: 1011, reason: 'slow peer' });
    expect(await connection.closed).toEqual({ code: 1011, reason: 'slow peer', clean: true });
    await outcomes;
  });

  it('sends one message of any size, whatever maxBuffered is (Q2)', async () => {
    const { connection, server } = await connected({ maxBuffered: 1 });
    await connection.send(Buffer.alloc(200_000, 'a'));

    expect(await server.next()).toHaveLength(200_000);
  });

  it('closes with 1009 for a message above readLimit, compressed or not (A11)', async () => {
    const readLimit = 1_000;
    for (const compression of [COMPRESSION.DISABLED, COMPRESSION.CONTEXT_TAKEOVER]) {
      const { connection, server } = await connected(
        { readLimit, compression },
        { perMessageDeflate: { threshold: 0 } },
      );
      const all = collect(connection.messages$, ({ data }) => data.length);
      server.socket.send('x'.repeat(1_000));
      server.socket.send('x'.repeat(1_001));

      expect(await within(connection.closed, 'the end')).toMatchObject({
        code: 1009,
        reason: 'message too big',
      });
      expect((await within(server.closed, 'the close')).code).toBe(1009);
      expect(all).toEqual([1_000]);
    }
  });

  it('closes with 1002 and 1007 where the server breaks the protocol', async () => {
    const BROKEN = [
      { frame: Buffer.of(0x83, 0), code: 1002 },
      { frame: Buffer.of(0x81, 0x80, 0, 0, 0, 0), code: 1002 },
      { frame: Buffer.of(0xc1, 0), code: 1002 },
      { frame: Buffer.of(0x81, 1, 0xff), code: 1007 },
    ];
    for (const { frame, code } of BROKEN) {
      const { url } = await bare(accepting((socket) => void socket.end(frame)));
      const connection = await connect(url);

      expect(await within(connection.closed, 'the end')).toMatchObject({ code, clean: false });
    }
  });
});

describe('compression', () => {
  it.each([
    { mode: 'CONTEXT_TAKEOVER', offer: 'permessage-deflate' },
    {
      mode: 'NO_CONTEXT_TAKEOVER',
      offer: 'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
    },
  ] as const)('of $mode is offered so, and both ways are read (A1)', async ({ mode, offer }) => {
    const { connection, server, other } = await connected(
      { compression: COMPRESSION[mode], compressionThreshold: 100 },
      { perMessageDeflate: { threshold: 0 } },
    );
    expect(other.request().headers['sec-websocket-extensions']).toBe(offer);
    const net = (server.socket as unknown as { _socket: { bytesRead: number } })._socket;
    const before = net.bytesRead;
    const texts = Array.from({ length: 20 }, (_, i) => `${i} ${'grüß dich '.repeat(500)}`);
    const bytes = randomBytes(3_000);
    for (const text of texts) await connection.send(text);
    for (const text of texts) expect(await server.next()).toBe(text);
    expect(net.bytesRead - before).toBeLessThan(20 * 200);
    // What would be larger is sent as it is, and so is what is below the threshold.
    for (const data of [bytes, 'short', '']) await connection.send(data);
    expect(await server.next()).toEqual(bytes);
    expect([await server.next(), await server.next()]).toEqual(['short', '']);

    for (const text of texts) server.socket.send(text);
    server.socket.close();
    const data: unknown[] = [];
    for await (const message of connection) data.push(message.data);
    expect(data).toEqual(texts);
  });

  it('is not used where the server does not agree (A1)', async () => {
    const { connection, server } = await connected({ compression: 1, compressionThreshold: 0 });
    await connection.send('x'.repeat(1_000));

    expect(await server.next()).toBe('x'.repeat(1_000));
  });
});
