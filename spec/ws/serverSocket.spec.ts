import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { ServerSocket } from '../../lib/ws/serverSocket.js';
import {
  type Client,
  cleanUp,
  deferred,
  frame,
  handshake,
  open,
  Raw,
  within,
} from '../express/support.js';
import { settled } from '../support/runtime.js';
import { type End, texts, type Wire, wire } from './support.js';

/** A ping frame without a payload, and nothing before it that is none. */
const PING = /\u0089/;

afterEach(cleanUp);

async function connect({ port, next }: Wire): Promise<{ client: Client; end: End }> {
  const client = await open(port, '/');
  return { client, end: await next() };
}

/** A client of bare TCP: it answers no ping and no close, and reads only when it is told to. */
async function connectRaw({ port, next }: Wire): Promise<{ raw: Raw; end: End }> {
  const raw = new Raw(port).write(handshake('/'));
  const end = await next();
  await raw.until(/\r\n\r\n/);
  return { raw, end };
}

/** What was written to the network, write by write. */
function writesOf({ net }: End): () => number {
  const spy = jest.spyOn(net, 'write');
  return () => spy.mock.calls.length;
}

describe('ServerSocket, writing', () => {
  it('joins what is written in one drain into one write', async () => {
    const { client, end } = await connect(await wire());
    const writes = writesOf(end);
    for (let i = 0; i < 16; i++) end.socket.write(`frame ${i}`);
    end.socket.write(Uint8Array.of(7));

    expect(writes()).toBe(0);
    expect(end.socket.buffered).toBeGreaterThan(0);
    for (let i = 0; i < 16; i++) expect(await client.next()).toBe(`frame ${i}`);
    expect(await client.next()).toEqual(Buffer.of(7));
    expect(writes()).toBe(1);
    expect(end.socket.buffered).toBe(0);
  });

  it('corks what is too large to be joined: in order, and whole', async () => {
    const { client, end } = await connect(await wire());
    const large = 'x'.repeat(60_000);
    for (let i = 0; i < 4; i++) end.socket.write(`${i}${large}`);

    for (let i = 0; i < 4; i++) expect(await client.next()).toBe(`${i}${large}`);
  });

  it('reaches each of several sockets that were written to in one drain', async () => {
    const server = await wire();
    const all = [await connect(server), await connect(server), await connect(server)];
    const text = 'to everybody, in one frame that is encoded once';
    for (const { end } of all) end.socket.write(text);

    for (const { client } of all) expect(await client.next()).toBe(text);
  });

  it('flushes before it closes (W3)', async () => {
    const { client, end } = await connect(await wire());
    end.socket.write('last');
    end.socket.write('words');
    end.socket.close(4000, 'bye');
    end.socket.write('too late');

    expect(await client.next()).toBe('last');
    expect(await client.next()).toBe('words');
    expect(await within(client.closed, 'the close')).toEqual({ code: 4000, reason: 'bye' });
    await end.seen('closed');
    expect(end.events).toEqual([
      { type: 'closing', code: 4000, reason: 'bye' },
      { type: 'closed', code: 4000, reason: 'bye' },
    ]);
  });

  it('writes nothing to a client that is gone, and says nothing twice', async () => {
    const { client, end } = await connect(await wire());
    client.socket.terminate();
    await end.seen('closed');
    end.socket.write('nobody');
    end.socket.close(1000, '');
    end.socket.terminate();
    end.socket.resume();
    await settled();

    expect(end.events).toEqual([{ type: 'closed', code: 1006, reason: '' }]);
  });

  it('tells once of a client that does not read (Q2)', async () => {
    const { raw, end } = await connectRaw(await wire({ maxBuffered: 256 * 1024 }));
    raw.socket.pause();
    const chunk = new Uint8Array(512 * 1024);
    for (let i = 0; i < 40; i++) {
      end.socket.write(chunk);
      await settled();
    }
    await end.seen('congested');

    expect(texts(end.events)).toEqual(['congested']);
    expect(end.socket.buffered).toBeGreaterThan(256 * 1024);
  });
});

describe('ServerSocket, reading', () => {
  it('hands on text as a string, binary as bytes of its own, with their sizes (L4, M9)', async () => {
    const { client, end } = await connect(await wire());
    client.socket.send('grüße');
    client.socket.send(Buffer.of(1, 2));
    client.socket.send('');
    client.socket.ping();
    client.socket.send(Buffer.alloc(0));
    await end.seen('frame', 4);

    expect(end.events).toEqual([
      { type: 'frame', data: 'grüße', size: 7 },
      { type: 'frame', data: Uint8Array.of(1, 2), size: 2 },
      { type: 'frame', data: '', size: 0 },
      { type: 'frame', data: new Uint8Array(), size: 0 },
    ]);
    const [, second] = end.events;
    const data = second?.type === 'frame' ? second.data : undefined;
    expect(data).toHaveProperty('buffer.byteLength', 2);
  });

  it('hands on fragments as one message (L4)', async () => {
    const { client, end } = await connect(await wire());
    client.socket.send('one ', { fin: false });
    client.socket.ping();
    client.socket.send('message', { fin: true });
    await end.seen('frame');

    expect(texts(end.events)).toEqual(['one message']);
  });

  it.each<[string, Buffer, number]>([
    ['an unknown opcode', Buffer.of(0x83, 0x80, 0, 0, 0, 0), 1002],
    ['a frame without a mask', Buffer.of(0x81, 1, 97), 1002],
    ['a reserved bit', Buffer.of(0xc1, 0x80, 0, 0, 0, 0), 1002],
    ['a ping that is too long', Buffer.of(0x89, 0xfe, 0, 126, 0, 0, 0, 0), 1002],
    ['a close code that is none', Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0, 1), 1002],
    ['text that is not UTF-8', Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0xff), 1007],
    ['a message too big', Buffer.of(0x81, 0xfe, 0x10, 0x01, 0, 0, 0, 0), 1009],
    ['a length beyond counting', Buffer.of(0x82, 0xff, 255, 0, 0, 0, 0, 0, 0, 0), 1009],
  ])('tells of %s, and closes with its code (cause k)', async (_what, bytes, code) => {
    const { raw, end } = await connectRaw(await wire({ maxPayload: 4_096 }));
    raw.text = '';
    raw.write(bytes);
    await end.seen('violation');

    expect(end.events[0]).toEqual({ type: 'violation', code });
    const answer = await raw.end();
    expect(Buffer.from(answer, 'latin1').subarray(0, 4)).toEqual(
      Buffer.of(0x88, 2, code >> 8, code & 255),
    );
    await end.seen('closed');
  });
});

describe('ServerSocket, held back (Q2)', () => {
  it('holds frames in order while its valve is shut, and stops reading', async () => {
    const { client, end } = await connect(await wire());
    let ready = true;
    let asked = 0;
    end.socket.throttle({
      ready: () => {
        asked++;
        return ready;
      },
    });
    client.socket.send('0');
    await end.seen('frame');
    ready = false;
    for (let i = 1; i <= 1_000; i++) client.socket.send(`${i}`);
    await paused(end);

    expect(texts(end.events)).toEqual(['0']);
    expect(asked).toBe(2);
    expect(end.net.isPaused()).toBe(true);
    ready = true;
    end.socket.resume();
    await end.seen('frame', 1_001);
    expect(texts(end.events)).toEqual(Array.from({ length: 1_001 }, (_, i) => `${i}`));
  });

  it('is shut again by a frame of those that it held; the rest waits on, in order', async () => {
    const { client, end } = await connect(await wire());
    let room = 0;
    const asked = deferred();
    end.socket.throttle({
      ready: () => {
        asked.resolve();
        return room-- > 0;
      },
    });
    const frames = () => texts(end.events.filter(({ type }) => type === 'frame'));
    const all = Array.from({ length: 50 }, (_, i) => `${i}`);
    for (const text of all) client.socket.send(text);
    client.socket.close(1000);
    await within(asked.promise, 'the first frame');
    for (let taken = 10; taken <= 50; taken += 10) {
      room = 10;
      end.socket.resume();
      await end.seen('frame', taken);
      expect(frames()).toEqual(all.slice(0, taken));
    }
    await end.seen('closed');

    expect(frames()).toEqual(all);
    expect(texts(end.events).at(-1)).toBe('closed');
  });

  it('does not hold back that its client does not read', async () => {
    const { raw, end } = await connectRaw(await wire({ maxBuffered: 64 * 1024 }));
    end.socket.throttle({ ready: () => false });
    raw.write(frame('held'));
    await paused(end);
    raw.socket.pause();
    for (let i = 0; i < 40; i++) {
      end.socket.write(new Uint8Array(512 * 1024));
      await settled();
    }
    await end.seen('congested');

    expect(texts(end.events)).toEqual(['congested']);
  });
});

/** Waits until the server's end stands still. */
async function paused({ net }: End): Promise<void> {
  if (!net.isPaused()) {
    const { promise, resolve } = deferred();
    net.once('pause', resolve);
    await within(promise, 'the pause');
  }
  await settled();
}

describe('ServerSocket, watched (Q1)', () => {
  it('is pinged each interval, and lives while it answers', async () => {
    const { client, end } = await connect(await wire({ pingInterval: 20 }));
    const pings = new Promise<void>((resolve) => {
      let count = 0;
      client.socket.on('ping', () => {
        if (++count === 4) resolve();
      });
    });
    await within(pings, 'four pings');

    expect(end.events).toEqual([]);
  });

  it('is silent when no pong came within one interval (cause l)', async () => {
    const { raw, end } = await connectRaw(await wire({ pingInterval: 20 }));
    await end.seen('silent');

    // One ping frame, and no second one before it was answered.
    expect(raw.text.split('\r\n\r\n')[1]).toMatch(PING);
    expect(end.events[0]).toEqual({ type: 'silent' });
  });

  it('is stalled, not silent, when what was written before the ping has not left (Q2, cause m)', async () => {
    const { raw, end } = await connectRaw(await wire({ maxBuffered: 1e9 }));
    raw.socket.pause();
    for (let i = 0; i < 40; i++) {
      end.socket.write(new Uint8Array(512 * 1024));
      await settled();
    }
    (end.socket as ServerSocket).check();
    (end.socket as ServerSocket).check();
    await end.seen('congested');

    expect(texts(end.events)).toEqual(['congested']);
  });

  it('is flushed before the ping (W3)', async () => {
    const { raw, end } = await connectRaw(await wire());
    raw.text = '';
    end.socket.write('a');
    (end.socket as ServerSocket).check();
    await raw.until(PING);

    expect(raw.text.startsWith('\x81\x01a\x89\x08')).toBe(true);
  });

  it('is not judged by its pong while it is held back: it would not be read', async () => {
    const { raw, end } = await connectRaw(await wire({ pingInterval: 20 }));
    let ready = false;
    end.socket.throttle({ ready: () => ready });
    raw.write(frame('held'));
    await paused(end);
    // Other sockets of the same server are: so that many rounds have passed here, too.
    await rounds(10, 20);
    expect(end.events).toEqual([]);
    // Pinged all the same: a write to a client that has vanished is how that is found out.
    expect(raw.text).toMatch(PING);
    ready = true;
    end.socket.resume();
    await end.seen('silent');

    expect(texts(end.events).slice(0, 2)).toEqual(['held', 'silent']);
  });

  it('is asked anew after it was held: its pong may be among what was not read', async () => {
    const { raw, end } = await connectRaw(await wire());
    const socket = end.socket as ServerSocket;
    let ready = false;
    socket.throttle({ ready: () => ready });
    socket.check();
    await raw.until(PING);
    raw.write(frame('held'));
    await paused(end);
    raw.write(Buffer.of(0x8a, 0x80, 0, 0, 0, 0));
    ready = true;
    socket.resume();
    socket.check();
    await end.seen('frame');

    expect(texts(end.events)).toEqual(['held']);
    await raw.until(/\u0089.*\u0089/s);
  });
});

/** So many rounds of an interval. */
function rounds(count: number, millis: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const clock = setInterval(() => {
      if (--left > 0) return;
      clearInterval(clock);
      resolve();
    }, millis);
  });
}

describe('ServerSocket, closed by its client', () => {
  it('tells at once, and hands over what it held as there is room, its end behind it (Z4)', async () => {
    const { raw, end } = await connectRaw(await wire());
    let room = 0;
    end.socket.throttle({ ready: () => room-- > 0 });
    raw.write(Buffer.concat([frame('a'), frame('b')]));
    await paused(end);
    raw.socket.resetAndDestroy();
    (end.socket as ServerSocket).check();
    await end.seen('closing');
    expect(end.events).toEqual([{ type: 'closing', code: 1006, reason: '', held: 2 }]);

    room = 1;
    end.socket.resume();
    expect([texts(end.events), end.socket.held]).toEqual([['closing', 'a'], 1]);
    room = 1;
    end.socket.resume();
    expect([texts(end.events), end.socket.held]).toEqual([['closing', 'a', 'b', 'closed'], 0]);
  });

  it('tells at once, and does not wait for ever for a client that keeps its side open (L5, Z3)', async () => {
    const { raw, end } = await connectRaw(await wire());
    raw.socket.allowHalfOpen = true;
    raw.write(Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8));
    await end.seen('closing');

    expect(end.events).toEqual([{ type: 'closing', code: 1000, reason: '' }]);
    await end.seen('closed');
    expect(end.events.slice(1)).toEqual([{ type: 'closed', code: 1000, reason: '' }]);
  });

  it('tells of a close frame without a code as 1005, after what came before it', async () => {
    const { raw, end } = await connectRaw(await wire());
    raw.write(Buffer.concat([frame('last'), Buffer.of(0x88, 0x80, 0, 0, 0, 0)]));
    await end.seen('closed');

    expect(end.events).toEqual([
      { type: 'frame', data: 'last', size: 4 },
      { type: 'closing', code: 1005, reason: '' },
      { type: 'closed', code: 1005, reason: '' },
    ]);
  });
});
