import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { ServerSocket } from '../../lib/ws/serverSocket.js';
import { cleanUp, deferred, frame, within } from '../express/support.js';
import { turns } from '../support/runtime.js';
import { connect, connectRaw, type End, paused, texts, wire } from './support.js';

afterEach(cleanUp);

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
    // So long that it must be the client's answer that ends it.
    const { client, end } = await connect(await wire({ closeTimeout: 60_000 }));
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
    await turns(12);

    expect(end.events).toEqual([{ type: 'closed', code: 1006, reason: '' }]);
  });

  it('tells once of a client that does not read (Q2)', async () => {
    const { raw, end } = await connectRaw(await wire({ maxBuffered: 256 * 1024 }));
    raw.socket.pause();
    const chunk = new Uint8Array(512 * 1024);
    for (let i = 0; i < 40; i++) {
      end.socket.write(chunk);
      await turns(12);
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

  it.each<{ what: string; bytes: Buffer; code: number }>([
    { what: 'an unknown opcode', bytes: Buffer.of(0x83, 0x80, 0, 0, 0, 0), code: 1002 },
    { what: 'a frame without a mask', bytes: Buffer.of(0x81, 1, 97), code: 1002 },
    { what: 'a reserved bit', bytes: Buffer.of(0xc1, 0x80, 0, 0, 0, 0), code: 1002 },
    {
      what: 'a ping that is too long',
      bytes: Buffer.of(0x89, 0xfe, 0, 126, 0, 0, 0, 0),
      code: 1002,
    },
    {
      what: 'a close code that is none',
      bytes: Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0, 1),
      code: 1002,
    },
    { what: 'text that is not UTF-8', bytes: Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0xff), code: 1007 },
    { what: 'a message too big', bytes: Buffer.of(0x81, 0xfe, 0x10, 0x01, 0, 0, 0, 0), code: 1009 },
    {
      what: 'a length beyond counting',
      bytes: Buffer.of(0x82, 0xff, 255, 0, 0, 0, 0, 0, 0, 0),
      code: 1009,
    },
  ])('tells of $what, and closes with its code (cause k)', async ({ bytes, code }) => {
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
      await turns(12);
    }
    await end.seen('congested');

    expect(texts(end.events)).toEqual(['congested']);
  });
});

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
    const { raw, end } = await connectRaw(await wire({ closeTimeout: 100 }));
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
