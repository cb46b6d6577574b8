import { describe, expect, it } from '@jest/globals';
import { duration } from '../../lib/codec/index.js';

describe('duration', () => {
  it.each([
    { input: '0', millis: 0 },
    { input: '0s', millis: 0 },
    { input: '1h30m', millis: 5_400_000 },
    { input: '1.5s', millis: 1_500 },
    { input: '.5s', millis: 500 },
    { input: '10ns', millis: 1 },
    { input: 0, millis: 0 },
    { input: 0.2, millis: 1 },
    { input: 1_500.4, millis: 1_500 },
  ])('decodes $input as $millis ms (H7)', ({ input, millis }) => {
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
