import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanUp, handshake, Raw } from '../express/support.js';
import { wire } from './support.js';

afterEach(cleanUp);

/** Empty frames of a client, masked with zeros: the beginning of a text, and what continues it. */
const FIRST = Buffer.from([0x01, 0x80, 0, 0, 0, 0]);
const NEXT = Buffer.from([0x00, 0x80, 0, 0, 0, 0]);

describe('a client that sends a message in too many fragments', () => {
  it('is closed with 1008, and is told of as a violation (Q8, cause k)', async () => {
    const { port, next } = await wire();
    const raw = new Raw(port).write(handshake('/'));
    const { seen, events } = await next();
    await raw.until(/\r\n\r\n/);
    raw.write(Buffer.concat([FIRST, ...Array<Buffer>(1_024).fill(NEXT)]));
    await seen('violation');
    await raw.until(/\u0088/);

    // The close frame that the client sees: two bytes, 1008.
    expect(raw.text.endsWith('\u0088\u0002\u0003\u00f0')).toBe(true);
    expect(events[0]).toEqual({ type: 'violation', code: 1008 });
  });

  it('is heard with as many as there may be (Q8)', async () => {
    const { port, next } = await wire();
    const raw = new Raw(port).write(handshake('/'));
    const { seen, events } = await next();
    await raw.until(/\r\n\r\n/);
    const last = Buffer.from([0x80, 0x80, 0, 0, 0, 0]);
    raw.write(Buffer.concat([FIRST, ...Array<Buffer>(1_022).fill(NEXT), last]));
    await seen('frame');

    expect(events).toEqual([{ type: 'frame', data: '', size: 0 }]);
  });

  it.each([
    { options: { maxFragments: 3 }, most: 3 },
    { options: { maxPayload: 2 * 1024 * 1024 }, most: 2_048 },
    { options: { maxPayload: 100 }, most: 1_024 },
  ])('may have $most of them with $options (Q8)', async ({ options, most }) => {
    const { port, next } = await wire(options);
    const raw = new Raw(port).write(handshake('/'));
    const { seen, events } = await next();
    await raw.until(/\r\n\r\n/);
    const last = Buffer.from([0x80, 0x80, 0, 0, 0, 0]);
    raw.write(Buffer.concat([FIRST, ...Array<Buffer>(most - 2).fill(NEXT), last]));
    await seen('frame');
    raw.write(Buffer.concat([FIRST, ...Array<Buffer>(most).fill(NEXT)]));
    await seen('violation');

    expect(events).toEqual([
      { type: 'frame', data: '', size: 0 },
      { type: 'violation', code: 1008 },
    ]);
  });
});
