import { afterEach, describe, expect, it } from '@jest/globals';
import { Batch } from '../../lib/ws/batch.js';

const [a, b, c] = ['a', 'b', 'c'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
const of = (...frames: Buffer[]): Batch =>
  frames.reduce<Batch | undefined>(
    (before, frame) => Batch.with(frame, before),
    undefined,
  ) as Batch;

describe('Batch', () => {
  afterEach(() => Batch.forget());

  it('is one object, with one joined buffer, for all that are sent the same frames in the same order', () => {
    const [first, second] = [of(a, b, c), of(a, b, c)];

    expect(second).toBe(first);
    expect(second.joined).toBe(first.joined);
    expect(first.joined.toString()).toBe('abc');
  });

  it('does not copy a single frame', () => {
    expect(of(a).joined).toBe(a);
  });

  it.each([
    { frames: [a], what: 'one' },
    { frames: [a, a, b], what: 'repeated ones' },
    { frames: [c, b, a], what: 'several' },
  ])('keeps $what in order, and counts the bytes', ({ frames }) => {
    const batch = of(...frames);

    expect(batch.frames).toEqual(frames);
    expect(batch.joined).toEqual(Buffer.concat(frames));
    expect(batch.bytes).toBe(frames.length);
    expect(batch.isOne).toBe(frames.length === 1);
  });

  it('keeps those apart that part ways, whatever was made between', () => {
    const [one, other] = [of(a, b), of(a, c)];
    const again = Batch.with(c, of(a, b));

    expect([one, other, again].map(({ joined }) => joined.toString())).toEqual(['ab', 'ac', 'abc']);
  });

  it('takes frames for the same only if they are one object, since bytes may be changed by who has made them', () => {
    expect(of(Buffer.from('a'))).not.toBe(of(Buffer.from('a')));
  });

  it('forgets the path, but not what somebody has of it', () => {
    const batch = of(a, b);
    Batch.forget();

    expect(of(a, b)).not.toBe(batch);
    expect(batch.joined.toString()).toBe('ab');
  });
});
