import { describe, expect, it } from '@jest/globals';
import { duration } from '../../lib/codec/index.js';

describe('duration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['.5s', 500],
    ['10ns', 1],
    [0, 0],
    [0.2, 1],
    [1_500.4, 1_500],
  ])('decodes %p as %p ms (H7)', (input, millis) => {
    expect(duration.decode(input)).toMatchObject({ _tag: 'Right', right: millis });
  });

  it.each(['', '30', '1d', ' 5s', '5S', '-1s', -1, Number.NaN, Number.POSITIVE_INFINITY, null, {}])(
    'refuses %p (H7)',
    (input) => {
      expect(duration.decode(input)._tag).toBe('Left');
    },
  );

  it('encodes as text (L5)', () => {
    expect(duration.encode(90_000)).toBe('1m30s');
    expect(duration.is(-1)).toBe(false);
  });
});
