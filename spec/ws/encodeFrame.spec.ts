import { afterEach, describe, expect, it } from '@jest/globals';
import * as library from 'ws';
import { encodeFrame, forgetFrame } from '../../lib/ws/encodeFrame.js';

/** The receiving half of the `ws` library, as a client uses it. */
interface Receiving {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  write(chunk: Buffer): void;
}
const { Receiver } = library as unknown as {
  Receiver: new (options: { isServer: boolean }) => Receiving;
};

/** What a client makes of some bytes. */
function receive(...chunks: Buffer[]): { data: Buffer; isBinary: boolean }[] {
  const received: { data: Buffer; isBinary: boolean }[] = [];
  const receiver = new Receiver({ isServer: false });
  receiver.on('message', (data, isBinary) => received.push({ data, isBinary }));
  receiver.on('error', (error) => {
    throw error;
  });
  for (const chunk of chunks) receiver.write(chunk);
  return received;
}

describe('encodeFrame', () => {
  afterEach(forgetFrame);

  it.each([
    { size: 0, header: 2 },
    { size: 1, header: 2 },
    { size: 125, header: 2 },
    { size: 126, header: 4 },
    { size: 65_535, header: 4 },
    { size: 65_536, header: 10 },
    { size: 200_000, header: 10 },
  ])(
    'makes of $size bytes a frame with a header of $header, which ws reads',
    ({ size, header }) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
      const text = 'x'.repeat(size);

      expect(encodeFrame(bytes)).toHaveLength(size + header);
      expect(encodeFrame(text)).toHaveLength(size + header);
      expect(receive(encodeFrame(bytes))).toEqual([{ data: Buffer.from(bytes), isBinary: true }]);
      expect(receive(encodeFrame(text))).toEqual([{ data: Buffer.from(text), isBinary: false }]);
    },
  );

  it.each(['grüße', '日本語'.repeat(42), '👩‍👩‍👧'.repeat(1_000), '\u0000', 'é'.repeat(63)])(
    'counts the bytes of UTF-8, not the characters: %#',
    (text) => {
      expect(receive(encodeFrame(text))).toEqual([{ data: Buffer.from(text), isBinary: false }]);
    },
  );

  it('writes a replacement for half a surrogate pair: text on the wire is valid', () => {
    expect(receive(encodeFrame('a\ud800b'))[0]?.data.toString()).toBe('a\ufffdb');
  });

  it('takes only the window of a view (W1)', () => {
    const window = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);

    expect(receive(encodeFrame(window))[0]?.data).toEqual(Buffer.from([1, 2]));
  });

  it('does not mask, and does not change what it was given', () => {
    const bytes = Uint8Array.of(1, 2, 3);

    expect([...encodeFrame(bytes)]).toEqual([0x82, 3, 1, 2, 3]);
    bytes[0] = 9;
    expect([...bytes]).toEqual([9, 2, 3]);
  });

  it('encodes the same text once within a drain, and bytes each time', () => {
    const text = 'broadcast '.repeat(10);
    const bytes = new Uint8Array(100);
    const first = encodeFrame(text);

    expect(encodeFrame(text)).toBe(first);
    expect(encodeFrame(bytes)).not.toBe(encodeFrame(bytes));
    expect(encodeFrame(text)).toBe(first);
    forgetFrame();
    expect(encodeFrame(text)).not.toBe(first);
    expect(encodeFrame(text)).toEqual(first);
  });

  it('encodes each of two texts once, in whatever order, as of a channel whose clients speak two dialects (B21)', () => {
    const [plain, v1, third] = ['{"type":"ping"}', '{"channel":"a","type":"ping"}', 'third'];
    const frames = [encodeFrame(plain), encodeFrame(v1)];

    expect([plain, v1, v1, plain].map((text) => frames.indexOf(encodeFrame(text)))).toEqual([
      0, 1, 1, 0,
    ]);
    encodeFrame(third);
    expect(encodeFrame(v1)).toBe(frames[1]);
    expect(encodeFrame(plain)).not.toBe(frames[0]);
  });

  it('can be joined with others into one chunk', () => {
    const chunk = Buffer.concat([encodeFrame('a'), encodeFrame(Uint8Array.of(7)), encodeFrame('')]);

    expect(receive(chunk).map(({ data }) => [...data])).toEqual([[97], [7], []]);
    // and cut anywhere
    const pieces = [...chunk].map((byte) => Buffer.of(byte));
    expect(receive(...pieces).map(({ data }) => [...data])).toEqual([[97], [7], []]);
  });
});
