import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as library from 'ws';
import { encodeMasked } from '../../../lib/ws/encodeMasked.js';

/** The receiving half of the `ws` library, as a server uses it: it takes masked frames only. */
interface Receiving {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  write(chunk: Buffer): void;
}
const { Receiver } = library as unknown as {
  Receiver: new (options: object) => Receiving;
};

function receive(...chunks: Buffer[]): { data: Buffer; isBinary: boolean }[] {
  const received: { data: Buffer; isBinary: boolean }[] = [];
  const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true });
  receiver.on('message', (data, isBinary) => received.push({ data, isBinary }));
  receiver.on('error', (error) => {
    throw error;
  });
  for (const chunk of chunks) receiver.write(chunk);
  return received;
}

const never = Number.POSITIVE_INFINITY;

describe('encodeMasked', () => {
  it.each([
    { size: 0, header: 6 },
    { size: 1, header: 6 },
    { size: 125, header: 6 },
    { size: 126, header: 8 },
    { size: 65_535, header: 8 },
    { size: 65_536, header: 14 },
  ])(
    'makes of $size bytes a masked frame with a header of $header, which ws reads',
    ({ size, header }) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
      const text = 'x'.repeat(size);

      expect(encodeMasked(bytes, never)).toHaveLength(size + header);
      expect(encodeMasked(text, never)).toHaveLength(size + header);
      // Not by `toEqual`, which takes seconds for long buffers.
      for (const given of [bytes, text]) {
        const [{ data, isBinary } = { data: Buffer.of(9), isBinary: undefined }] = receive(
          encodeMasked(given, never),
        );
        expect({ isSame: data.equals(Buffer.from(given as string)), isBinary }).toEqual({
          isSame: true,
          isBinary: given === bytes,
        });
      }
    },
  );

  it('brings any text and any bytes, of any length', () => {
    const any = fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(fc.array(any), (all) => {
        const expected = all.map((data) => ({
          data: Buffer.from(data as string),
          isBinary: typeof data !== 'string',
        }));

        expect(receive(...all.map((data) => encodeMasked(data, never)))).toEqual(expected);
      }),
    );
  });

  it('masks each frame with other bytes, and leaves what it was given as it is', () => {
    const given = new Uint8Array(8);
    const masks = Array.from({ length: 5_000 }, () => encodeMasked(given, never).readUInt32BE(2));

    // By chance two of 5,000 are the same, in 3 of 1,000 runs.
    expect(new Set(masks).size).toBeGreaterThan(4_990);
    expect(given).toEqual(new Uint8Array(8));
  });

  it('compresses from the threshold on, each message by itself, and only what gets smaller', () => {
    const text = 'grüß dich '.repeat(20);
    const size = Buffer.byteLength(text);
    const frame = encodeMasked(text, size);
    const mask = frame.subarray(2, 6);
    const payload = frame.subarray(6).map((byte, i) => byte ^ (mask[i % 4] as number));
    const whole = Buffer.concat([payload, Buffer.of(0, 0, 0xff, 0xff)]);

    expect(frame[0]).toBe(0xc1);
    expect(frame.length).toBeLessThan(size / 2);
    expect(inflateRawSync(whole, { finishFlush: 2 }).toString()).toBe(text);
    expect(encodeMasked(text, size + 1)[0]).toBe(0x81);
    for (const data of ['', 'a', 'ab']) expect(encodeMasked(data, 0)[0]).toBe(0x81);
  });
});
