import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compact, detached } from '../../lib/ws/compact.js';

/** Adds pieces of these sizes one by one, and tells how many there were at most, and how much was copied. */
function gather(sizes: readonly number[]) {
  const pieces: Buffer[] = [];
  let most = 0;
  let copied = 0;
  let byte = 0;
  for (const size of sizes) {
    pieces.push(Buffer.from(Array.from({ length: size }, () => byte++ % 251)));
    const before = pieces.length;
    compact(pieces);
    if (pieces.length < before) copied += (pieces.at(-1) as Buffer).length;
    most = Math.max(most, pieces.length);
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const expected = Buffer.from(Array.from({ length: total }, (_, n) => n % 251));
  return { pieces, most, copied: copied / total, isSame: Buffer.concat(pieces).equals(expected) };
}

describe('compact', () => {
  it('leaves a few pieces as they are', () => {
    const pieces = Array.from({ length: 63 }, () => Buffer.alloc(1_000));
    const before = [...pieces];
    compact(pieces);

    expect(pieces.every((piece, n) => piece === before[n])).toBe(true);
  });

  it.each([{ size: 1 }, { size: 7 }, { size: 1_460 }])(
    'keeps few pieces of $size bytes, and copies each byte a few times only (Q8)',
    ({ size }) => {
      const { most, copied, isSame } = gather(Array(Math.floor(262_144 / size)).fill(size));

      expect(isSame).toBe(true);
      expect(most).toBeLessThan(100);
      expect(copied).toBeLessThan(8);
    },
  );

  it('keeps all bytes in order, and never many pieces, whatever their sizes (Q8)', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 600 }));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 400 }), (sizes) => {
        const { most, isSame } = gather(sizes);
        expect([isSame, most < 100]).toEqual([true, true]);
      }),
    );
  });
});

describe('detached', () => {
  it('copies a small part of something large, which would stay in memory otherwise (Q8)', () => {
    const chunk = Buffer.alloc(65_536, 7);
    const part = detached(chunk.subarray(10, 20));

    expect(part.equals(Buffer.alloc(10, 7))).toBe(true);
    expect(part.buffer.byteLength).toBe(10);
  });

  it('copies nothing else', () => {
    const chunk = Buffer.allocUnsafeSlow(1_000);
    const part = chunk.subarray(500);

    expect(detached(part)).toBe(part);
  });
});
