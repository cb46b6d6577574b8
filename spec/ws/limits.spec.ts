import { afterEach, describe, expect, it } from '@jest/globals';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import type { ServerSocket } from '../../lib/ws/serverSocket.js';
import { cleanUp, frame, Raw } from '../express/support.js';
import { turns } from '../support/runtime.js';
import { connectRaw, type End, paused, texts, until, wire } from './support.js';

afterEach(cleanUp);

const times = (count: number, bytes: Buffer): Buffer =>
  Buffer.concat(Array<Buffer>(count).fill(bytes));
/** How many frames have been handed over, when nothing moves any more. */
async function handed({ events }: End): Promise<number> {
  for (let before = -1; before < events.length; await turns(12)) before = events.length;
  return events.filter(({ type }) => type === 'frame').length;
}

describe('a client that sends more than its rate', () => {
  it('is read no faster, and told of once (Q7)', async () => {
    const system = testSystem();
    const { raw, end } = await connectRaw(await wire({ system, messagesPerSecond: 100 }));
    raw.write(times(1_000, frame('x')));
    await end.seen('limited');
    const after: number[] = [await handed(end)];
    for (let n = 0; n < 8; n++) {
      system.advance('250ms');
      after.push(await handed(end));
    }

    // A burst of a second's worth; then a slice when its time has come, five frames here.
    expect(after[0]).toBe(100);
    expect(texts(end.events).filter((text) => text !== 'x')).toEqual(['limited']);
    expect(after.at(-1)).toBeLessThanOrEqual(300);
  });

  it('gets what its rate allows, not less (Q7)', async () => {
    const system = testSystem();
    const { raw, end } = await connectRaw(await wire({ system, messagesPerSecond: 100 }));
    raw.write(times(1_000, frame('x')));
    await end.seen('limited');
    for (let n = 0; n < 20; n++) {
      system.advance('50ms');
      await turns(4);
    }

    expect(await handed(end)).toBe(200);
  });

  it.each([
    { what: 'pings', bytes: Buffer.of(0x89, 0x80, 0, 0, 0, 0) },
    { what: 'pongs', bytes: Buffer.of(0x8a, 0x80, 0, 0, 0, 0) },
  ])('may not send $what instead (Q7)', async ({ bytes }) => {
    const system = testSystem();
    const { raw, end } = await connectRaw(await wire({ system, messagesPerSecond: 100 }));
    raw.write(Buffer.concat([times(100, bytes), frame('x')]));
    await end.seen('limited');
    expect(await handed(end)).toBe(0);
    system.advance('50ms');
    await end.seen('frame');
  });

  it('is measured by its bytes as well (Q7)', async () => {
    const system = testSystem();
    const { raw, end } = await connectRaw(await wire({ system, bytesPerSecond: 10_000 }));
    raw.socket.setNoDelay();
    const message = times(100, frame('x'.repeat(94)));
    // Each in a segment of its own, because what has been read at once is handed over at once.
    for (const seen of [() => end.seen('frame', 100), () => end.seen('limited'), () => turns(12)]) {
      raw.write(message);
      await seen();
    }
    expect(await handed(end)).toBe(100);
    let steps = 0;
    for (; (await handed(end)) < 300 && steps < 100; steps++) system.advance('50ms');

    // 10,000 bytes came at once, and 20,000 more in two seconds.
    expect(await handed(end)).toBe(300);
    expect(steps).toBeGreaterThanOrEqual(40);
  });

  it('is not limited where a rate is 0 (Q7)', async () => {
    const system = testSystem();
    const limits = { messagesPerSecond: 0, bytesPerSecond: Number.POSITIVE_INFINITY };
    const { raw, end } = await connectRaw(await wire({ system, ...limits }));
    raw.write(times(30_000, frame('x')));
    await until(() => end.events.length === 30_000);

    expect(texts(end.events)).not.toContain('limited');
  });

  it('is closed if that is wanted (Q7, cause k)', async () => {
    const system = testSystem();
    const options = { system, messagesPerSecond: 100, overRate: 'close' } as const;
    const { raw, end } = await connectRaw(await wire(options));
    raw.write(times(1_000, frame('x')));
    await end.seen('exceeded');

    expect(end.events.at(-1)).toEqual({ type: 'exceeded', limit: 'rate' });
    expect(await handed(end)).toBe(100);
  });

  it('that has gone is known at once, and nothing waits for its time (Q7, L5)', async () => {
    const system = testSystem();
    const { raw, end } = await connectRaw(await wire({ system, messagesPerSecond: 10 }));
    raw.write(times(1_000, frame('x')));
    await end.seen('limited');
    raw.socket.destroy();
    end.socket.terminate();
    await end.seen('closed');

    expect(await handed(end)).toBe(1_000);
  });

  it('is not judged by a pong that could not be read (Q1)', async () => {
    const system = testSystem();
    const { raw, end } = await connectRaw(await wire({ system, messagesPerSecond: 10 }));
    const socket = end.socket as ServerSocket;
    socket.check();
    raw.write(times(20, frame('x')));
    await end.seen('limited');
    socket.check();

    expect(texts(end.events)).not.toContain('silent');
  });
});

/** Looks so often as the relay's timer does in this time, at a quarter of a deadline. */
function look({ socket }: End, tick: number, millis: number): void {
  for (let n = 0; n < millis / tick; n++) (socket as ServerSocket).watch(tick);
}

describe('a deadline', () => {
  it('ends the wait for the rest of a message, whatever else the client sends (Q9)', async () => {
    const { raw, end } = await connectRaw(await wire({ messageTimeout: '30s' }));
    const part = frame('first half');
    part[0] = 0x01;
    raw.write(part);
    await turns(12);
    look(end, 7_500, 30_000);
    raw.write(Buffer.of(0x8a, 0x80, 0, 0, 0, 0));
    await turns(12);
    end.socket.write('something for the client');
    expect(end.events).toEqual([]);
    look(end, 7_500, 7_500);

    expect(end.events).toEqual([{ type: 'exceeded', limit: 'message' }]);
  });

  it.each([
    { what: 'header', bytes: Buffer.of(0x81) },
    { what: 'payload', bytes: frame('abc').subarray(0, 7) },
  ])('counts from the first byte, if only of a $what (Q9)', async ({ bytes }) => {
    const { raw, end } = await connectRaw(await wire({ messageTimeout: '30s' }));
    raw.write(bytes);
    await turns(12);
    look(end, 7_500, 37_500);

    expect(end.events).toEqual([{ type: 'exceeded', limit: 'message' }]);
  });

  it('counts anew for the next message (Q9)', async () => {
    const { raw, end } = await connectRaw(await wire({ messageTimeout: '30s' }));
    const bytes = Buffer.concat([frame('abc'), frame('def')]);
    raw.write(bytes.subarray(0, 4));
    await turns(12);
    look(end, 7_500, 30_000);
    raw.write(bytes.subarray(4, 13));
    await end.seen('frame');
    look(end, 7_500, 30_000);
    expect(texts(end.events)).toEqual(['abc']);
    look(end, 7_500, 7_500);

    expect(texts(end.events)).toEqual(['abc', 'exceeded']);
  });

  it('ends the wait for a target that takes nothing (Q9, cause m)', async () => {
    const { raw, end } = await connectRaw(await wire({ holdTimeout: '60s' }));
    let room = 0;
    end.socket.throttle({ ready: () => room-- > 0 });
    raw.write(times(2, frame('x')));
    await paused(end);
    look(end, 7_500, 60_000);
    room = 1;
    end.socket.resume();
    look(end, 7_500, 60_000);
    expect(texts(end.events)).toEqual(['x']);
    look(end, 7_500, 7_500);

    expect(end.events.at(-1)).toEqual({ type: 'exceeded', limit: 'hold' });
  });

  it('waits without end for a target that is not there, and for its time once it is (Q9, X9)', async () => {
    const { raw, end } = await connectRaw(await wire({ holdTimeout: '60s' }));
    const valve = { ready: () => false, isVacant: true };
    end.socket.throttle(valve);
    raw.write(frame('x'));
    await paused(end);
    look(end, 7_500, 1e7);
    valve.isVacant = false;
    look(end, 7_500, 60_000);
    expect(end.events).toEqual([]);
    look(end, 7_500, 7_500);

    expect(end.events).toEqual([{ type: 'exceeded', limit: 'hold' }]);
  });

  it('takes nobody for idle who is not read because of a rate (Q9)', async () => {
    const rates = { system: testSystem(), messagesPerSecond: 100 };
    const { raw, end } = await connectRaw(await wire({ ...rates, idleTimeout: '1m' }));
    raw.write(times(200, frame('x')));
    await end.seen('limited');
    await handed(end);
    look(end, 7_500, 1e7);

    expect(end.events.some(({ type }) => type === 'exceeded')).toBe(false);
  });

  it('ends a connection without messages, if that is wanted (Q9, cause o)', async () => {
    const { raw, end } = await connectRaw(await wire({ idleTimeout: '1m' }));
    look(end, 7_500, 60_000);
    raw.write(frame('x'));
    await end.seen('frame');
    look(end, 7_500, 60_000);
    end.socket.write('y');
    look(end, 7_500, 60_000);
    raw.write(Buffer.of(0x89, 0x80, 0, 0, 0, 0));
    await turns(12);
    expect(texts(end.events)).toEqual(['x']);
    look(end, 7_500, 7_500);

    expect(texts(end.events)).toEqual(['x', 'exceeded']);
    expect(end.events.at(-1)).toEqual({ type: 'exceeded', limit: 'idle' });
  });

  it('is for ever where it is 0 (Q9)', async () => {
    const limits = { messageTimeout: 0, holdTimeout: 0, idleTimeout: 0 };
    const { raw, end } = await connectRaw(await wire(limits));
    raw.write(Buffer.of(0x81));
    await turns(12);
    look(end, 7_500, 1e7);

    expect(end.events).toEqual([]);
  });

  it('is looked at by a timer of all connections (Q9)', async () => {
    const { raw, end } = await connectRaw(await wire({ messageTimeout: 20 }));
    raw.write(Buffer.of(0x81));
    await end.seen('exceeded');

    expect(raw).toBeInstanceOf(Raw);
  });
});

describe('pings of a client', () => {
  it('are answered, the newest of those that come together (Q11)', async () => {
    const { raw } = await connectRaw(await wire());
    raw.text = '';
    const ping = (n: number): Buffer => Buffer.of(0x89, 0x81, 0, 0, 0, 0, n);
    raw.write(Buffer.concat(Array.from({ length: 200 }, (_, n) => ping(n))));
    await raw.until(/\u00c7/);

    expect(raw.text).toBe('\u008a\u0001\u0000\u008a\u0001\u00c7');
    raw.text = '';
    raw.write(ping(0x77));
    await raw.until(/\u008a.w/);
  });

  it('pile up no answers that are not read (Q11)', async () => {
    const { raw, end } = await connectRaw(await wire({ maxBuffered: 1e9, messagesPerSecond: 0 }));
    raw.socket.pause();
    for (let n = 0; n < 40; n++) {
      end.socket.write(new Uint8Array(512 * 1024));
      await turns(12);
    }
    const before = end.socket.buffered;
    raw.write(times(20_000, Buffer.of(0x89, 0x80, 0, 0, 0, 0)));
    raw.write(frame('and then'));
    await end.seen('frame');

    expect(end.socket.buffered).toBeLessThan(before + 1_000);
  });
});
