import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { instant } from '../../lib/codec/fields/instant.js';

describe('instant', () => {
  it.each([
    { input: 0, millis: 0 },
    { input: 0.2, millis: 1 },
    { input: 1_500.4, millis: 1_500 },
    { input: 1e300, millis: 1e300 },
    { input: new Date(7), millis: 7 },
    { input: new Date(-7), millis: 1 },
    { input: runInNewContext('new Date(7)'), millis: 7 },
    { input: '1970-01-01T00:00:00Z', millis: 1 },
    { input: '2030-01-31T12:00Z', millis: 1_896_091_200_000 },
    { input: '2030-01-31T12:00:00.5Z', millis: 1_896_091_200_500 },
    { input: '2030-01-31T12:00:00-01:30', millis: 1_896_096_600_000 },
  ])('decodes $input as $millis (X13)', ({ input, millis }) => {
    expect(instant.decode(input)).toMatchObject({ _tag: 'Right', right: millis });
  });

  it.each([
    '',
    '1900000000000',
    '2030-01-31',
    '2030-01-31T12:00:00',
    '2030-13-31T12:00:00Z',
    'Jan 31 2030 12:00 UTC',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    new Date('soon'),
    null,
    {},
  ])('refuses %p (X13)', (input) => {
    expect(instant.decode(input)._tag).toBe('Left');
  });

  it('is milliseconds, and encodes as these', () => {
    expect([instant.is(5), instant.is(-1), instant.encode(5)]).toEqual([true, false, 5]);
  });
});
