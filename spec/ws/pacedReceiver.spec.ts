import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import * as library from 'ws';
import type { SocketEvent } from '../../lib/relay/index.js';
import { PacedReceiver } from '../../lib/ws/pacedReceiver.js';
import type { ServerSocket } from '../../lib/ws/serverSocket.js';
import { cleanUp, frame } from '../express/support.js';
import { turns } from '../support/runtime.js';
import { connect, connectRaw, type End, paused, texts, until, wire } from './support.js';

afterEach(cleanUp);
afterEach(() => {
  jest.restoreAllMocks();
});

const { Receiver } = library as unknown as { Receiver: { new (): object; prototype: object } };

/** An empty frame, masked with zeros. */
const empty = (first: number): Buffer => Buffer.of(first, 0x80, 0, 0, 0, 0);
const PING = empty(0x89);
const PONG = empty(0x8a);
/** A text of a thousand empty fragments, and the end of it. */
const FRAGMENTS = Buffer.concat([
  empty(0x01),
  ...Array<Buffer>(998).fill(empty(0x00)),
  empty(0x80),
]);
const times = (count: number, bytes: Buffer): Buffer =>
  Buffer.concat(Array<Buffer>(count).fill(bytes));

/** Counts the frames that all receivers begin. */
function countFrames(): () => number {
  let begun = 0;
  const prototype = Receiver.prototype as { getInfo(this: PacedReceiver, done: never): void };
  const { getInfo } = prototype;
  jest.spyOn(prototype, 'getInfo').mockImplementation(function (this: PacedReceiver, done) {
    if (this._bufferedBytes >= 2) begun++;
    getInfo.call(this, done);
  });
  return () => begun;
}

/** Calls something at the next event. */
const onNext = ({ socket }: End, run: () => void): void => {
  const { emit } = socket as ServerSocket;
  (socket as ServerSocket).emit = function (this: ServerSocket, event: SocketEvent): void {
    run();
    emit.call(this, event);
  };
};

describe('PacedReceiver', () => {
  it('knows the private parts of ws: its spec fails where they change', () => {
    const made = new Receiver();
    const fields = {
      _state: 0,
      _buffers: [],
      _bufferedBytes: 0,
      _mask: undefined,
      _fragments: [],
      _messageLength: 0,
      _fragmented: 0,
      _fin: false,
    };

    expect(made).toMatchObject(fields);
    for (const name of ['_write', 'startLoop', 'getInfo', 'dataMessage']) {
      expect(Receiver.prototype).toHaveProperty(name, expect.any(Function));
    }
    // The state in which `ws` waits for a later turn by itself.
    const source = String(Object.getOwnPropertyDescriptor(Receiver.prototype, 'startLoop')?.value);
    expect(source).toMatch(/case DEFER_EVENT:\s+this\._loop = false;\s+return;/);
  });

  it.each([
    { what: 'one-byte frames', flood: times(20_000, frame('x')) },
    { what: 'fragments', flood: times(20, FRAGMENTS) },
    { what: 'pings', flood: times(20_000, PING) },
    { what: 'pongs', flood: times(20_000, PONG) },
  ])('reads a good client before many more of 20,000 $what (Q6)', async ({ flood }) => {
    const server = await wire({ messagesPerSecond: 0 });
    const bad = await connectRaw(server);
    const good = await connect(server);
    const begun = countFrames();
    let before = 0;
    onNext(good.end, () => {
      before = begun();
    });
    bad.raw.write(flood);
    await until(() => begun() > 0);
    const already = begun();
    good.client.socket.send('good');
    await good.end.seen('frame');

    expect(already).toBeLessThanOrEqual(256);
    expect(before - already).toBeLessThanOrEqual(1_024);
    await until(() => begun() === 20_001);
  });

  it('reads a good client before many more of large frames (Q6)', async () => {
    const server = await wire({ bytesPerSecond: 0 });
    const bad = await connectRaw(server);
    const good = await connect(server);
    let chunks = 0;
    const write = jest.spyOn(Receiver.prototype as { _write(): void }, '_write');
    const header = Buffer.of(0x82, 0xff, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0);
    bad.raw.write(times(8, Buffer.concat([header, Buffer.alloc(1024 * 1024)])));
    await until(() => write.mock.calls.length > 0);
    const already = write.mock.calls.length;
    onNext(good.end, () => {
      chunks = write.mock.calls.length - already;
    });
    good.client.socket.send('good');
    await good.end.seen('frame');

    expect(already).toBeLessThanOrEqual(2);
    expect(chunks).toBeLessThanOrEqual(6);
    await bad.end.seen('frame', 8);
  });

  it('hands on in one turn what came in one piece, up to the bound (Q6)', async () => {
    const { raw, end } = await connectRaw(await wire());
    const perTurn: number[] = [];
    raw.write(times(256 + 16, frame('x')));
    let before = 0;
    await until(() => {
      const { length } = end.events;
      if (length > before) perTurn.push(length - before);
      before = length;
      return length === 256 + 16;
    });

    expect(perTurn).toEqual([256, 16]);
  });

  it('tells the end of a socket after all that came before it (L5)', async () => {
    const { raw, end } = await connectRaw(await wire());
    raw.write(times(5_000, frame('x')));
    raw.socket.end(Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8));
    await end.seen('closed');

    expect(texts(end.events.slice(0, 5_000))).toEqual(Array(5_000).fill('x'));
    expect(end.events.at(-1)).toEqual({ type: 'closed', code: 1000, reason: '' });
  });

  it('reads on while the client is waited for (Q2)', async () => {
    const { raw, end } = await connectRaw(await wire());
    let room = 0;
    end.socket.throttle({ ready: () => room-- > 0 });
    raw.write(times(2_000, frame('x')));
    await until(() => end.socket.held === 2_000);
    room = 2_000;
    end.socket.resume();

    expect(texts(end.events)).toEqual(Array(2_000).fill('x'));
  });

  it('makes the same of any frames, however they are cut (L4)', async () => {
    const server = await wire();
    const message = fc.record({
      parts: fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 100 }), { minLength: 1 }),
      between: fc.constantFrom(Buffer.alloc(0), PING, PONG),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 20 }), cuts, async (messages, sizes) => {
        const { raw, end } = await connectRaw(server);
        const bytes = Buffer.concat(messages.flatMap(framesOf));
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = sizes[n % sizes.length] as number;
          raw.write(bytes.subarray(at, at + size));
          at += size;
          await turns(1);
        }
        await end.seen('frame', messages.length);
        raw.socket.destroy();

        expect(texts(end.events)).toEqual(messages.map(({ parts }) => parts.join('')));
      }),
      { numRuns: 20 },
    );
  });
});

function framesOf({ parts, between }: { parts: string[]; between: Buffer }): Buffer[] {
  return parts.flatMap((part, n) => {
    const bytes = frame(part);
    bytes[0] = (n === 0 ? 0x01 : 0x00) | (n === parts.length - 1 ? 0x80 : 0);
    return [bytes, between];
  });
}

/** What reads a connection. */
function receiverOf({ net }: End): PacedReceiver {
  const symbol = Object.getOwnPropertySymbols(net).find((each) => each.description === 'websocket');
  return PacedReceiver.of(net[symbol as never]);
}

describe('a message that is not complete (Q8)', () => {
  it('is kept in few pieces where it comes byte by byte, and in little more memory than its bytes', async () => {
    const { end } = await connectRaw(await wire());
    const receiver = receiverOf(end);
    const size = 256 * 1024;
    end.net.emit('data', Buffer.of(0x82, 0xff, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0));
    let most = 0;
    // As they come from TCP, but not one by one through the network, which would take long.
    for (let n = 0; n < size - 1; n++) {
      end.net.emit('data', Buffer.of(n % 251));
      most = Math.max(most, receiver._buffers.length);
    }
    const kept = receiver._buffers.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    expect(most).toBeLessThan(100);
    expect(kept).toBeLessThan(1.1 * size);
    expect((end.socket as ServerSocket).holding).toBe(size - 1);
    end.net.emit('data', Buffer.of((size - 1) % 251));
    await end.seen('frame');

    const data = Uint8Array.from({ length: size }, (_, n) => n % 251);
    expect(end.events).toEqual([{ type: 'frame', size, data }]);
    expect((end.socket as ServerSocket).holding).toBe(0);
  });

  it('keeps no chunk alive for a few bytes of it', async () => {
    const { end } = await connectRaw(await wire());
    const receiver = receiverOf(end);
    const begun = frame('payload').subarray(0, 8);
    begun[0] = 0x80;
    const fragment = frame('x');
    fragment[0] = 0x01;
    end.net.emit('data', Buffer.concat([fragment, times(100, PONG), begun]));
    const kept = [...receiver._fragments, receiver._mask, ...receiver._buffers];

    expect(kept.map((bytes) => bytes?.buffer.byteLength)).toEqual([1, 4, 2]);
    expect((end.socket as ServerSocket).holding).toBe(3);
  });

  it('and many small fragments of it are few pieces', async () => {
    const { end } = await connectRaw(await wire({ messagesPerSecond: 0 }));
    const receiver = receiverOf(end);
    const parts = Array.from({ length: 1_000 }, (_, n) => {
      const part = frame('x');
      part[0] = n === 0 ? 0x01 : 0x00;
      return part;
    });
    end.net.emit('data', Buffer.concat(parts));
    await until(() => receiver._messageLength === 1_000);

    expect(receiver._fragments.length).toBeLessThan(100);
    end.net.emit('data', empty(0x80));
    await end.seen('frame');
    expect(texts(end.events)).toEqual(['x'.repeat(1_000)]);
  });

  it('counts with the frames that its target has no room for as unread (Q10)', async () => {
    const { raw, end } = await connectRaw(await wire());
    end.socket.throttle({ ready: () => false });
    raw.write(times(100, frame('x'.repeat(100))));
    await until(() => end.socket.held === 100);

    expect((end.socket as ServerSocket).holding).toBeGreaterThanOrEqual(10_000);
    end.socket.throttle({ ready: () => true });
    end.socket.resume();
    expect((end.socket as ServerSocket).holding).toBe(0);
  });

  it("counts what waits in Node's buffer as unread, because a socket stands still (Q10)", async () => {
    const { raw, end } = await connectRaw(await wire());
    end.socket.throttle({ ready: () => false });
    raw.write(frame('held'));
    await paused(end);
    const before = (end.socket as ServerSocket).holding;
    raw.write(times(500, frame('x'.repeat(94))));
    await until(() => end.net.readableLength > 0);

    expect((end.socket as ServerSocket).holding - before).toBe(end.net.readableLength);
  });
});
