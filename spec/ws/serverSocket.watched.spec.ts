import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerSocket } from '../../lib/ws/serverSocket.js';
import { cleanUp, frame, within } from '../express/support.js';
import { frameBytes } from '../support/frames.js';
import { turns } from '../support/runtime.js';
import { connect, connectRaw, paused, texts, wire } from './support.js';

/** A ping frame without a payload, and nothing before it that is none. */
const PING = /\u0089/;

afterEach(cleanUp);

describe('ServerSocket, watched (Q1)', () => {
  it('is pinged each interval, and lives while it answers', async () => {
    const { client, end } = await connect(await wire());
    for (let count = 1; count <= 4; count++) {
      const ping = once(client.socket, 'ping');
      // As the timer does, but with its answer before the next: a slow machine may take longer than an interval.
      (end.socket as ServerSocket).check();
      await within(ping, `ping ${count}`);
      client.socket.send('behind the pong');
      await end.seen('frame', count);
    }

    expect(new Set(texts(end.events))).toEqual(new Set(['behind the pong']));
  });

  it('is silent when no pong came within one interval (cause l)', async () => {
    const { raw, end } = await connectRaw(await wire({ pingInterval: 20 }));
    await end.seen('silent');

    // One ping frame, and no second one before it was answered.
    expect(raw.text.split('\r\n\r\n')[1]).toMatch(PING);
    expect(end.events[0]).toEqual({ type: 'silent' });
  });

  it('is not silent when its pong came in time, but Node was busy', async () => {
    const interval = 50;
    const { raw, end } = await connectRaw(await wire({ pingInterval: interval }));
    const ping = await raw.until(/\u0089.[\s\S]{8}/);
    const payload = Buffer.from(ping.slice(-8), 'latin1');
    raw.write(frameBytes({ opcode: 10, payload }));
    // The pong is there, and unread; the timer is overdue.
    for (const until = performance.now() + 3 * interval; performance.now() < until; );
    raw.text = '';
    await raw.until(PING);

    expect(end.events).toEqual([]);
  });

  it('is not silent while its pong stands behind more than is read in a turn (Q6)', async () => {
    const { raw, end } = await connectRaw(await wire());
    const socket = end.socket as ServerSocket;
    socket.check();
    const ping = await raw.until(/\u0089.[\s\S]{8}/);
    const pong = frameBytes({ opcode: 10, payload: Buffer.from(ping.slice(-8), 'latin1') });
    raw.write(Buffer.concat([...Array<Buffer>(3_000).fill(frame('x')), pong]));
    await end.seen('frame');
    expect(end.events.length).toBeLessThan(3_000);
    socket.check();
    await end.seen('frame', 3_000);

    expect(new Set(texts(end.events))).toEqual(new Set(['x']));
  });

  it('is stalled, not silent, when what was written before the ping has not left (Q2, cause m)', async () => {
    const { raw, end } = await connectRaw(await wire({ maxBuffered: 1e9 }));
    raw.socket.pause();
    for (let i = 0; i < 40; i++) {
      end.socket.write(new Uint8Array(512 * 1024));
      await turns(12);
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
    // Without a timer, which could have judged it before it is held back.
    const { raw, end } = await connectRaw(await wire());
    const socket = end.socket as ServerSocket;
    let ready = false;
    socket.throttle({ ready: () => ready });
    raw.write(frame('held'));
    await paused(end);
    for (let round = 0; round < 10; round++) socket.check();
    expect(end.events).toEqual([]);
    // Pinged all the same: a write to a client that has vanished is how that is found out.
    await raw.until(PING);
    ready = true;
    socket.resume();
    for (let round = 0; round < 2; round++) socket.check();
    await end.seen('silent');

    expect(texts(end.events).slice(0, 2)).toEqual(['held', 'silent']);
  });

  it('is asked anew after it was held at the last check: the pong to that one was not read', async () => {
    const { raw, end } = await connectRaw(await wire());
    const socket = end.socket as ServerSocket;
    let ready = false;
    socket.throttle({ ready: () => ready });
    raw.write(frame('held'));
    await paused(end);
    socket.check();
    await raw.until(PING);
    ready = true;
    socket.resume();
    socket.check();

    expect(texts(end.events)).toEqual(['held']);
    socket.check();
    expect(texts(end.events)).toEqual(['held', 'silent']);
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
