import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  durationOption,
  formatDuration,
  parseDuration,
  wholeMillis,
} from '../../lib/core/index.js';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['+0', 0],
    ['0s', 0],
    ['5s', 5_000],
    ['+5s', 5_000],
    ['-5s', -5_000],
    ['1h30m', 5_400_000],
    ['1m30s', 90_000],
    ['30s1m', 90_000],
    ['1.5s', 1_500],
    ['.5s', 500],
    ['5.s', 5_000],
    ['500ms', 500],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['10ns', 0.000_01],
    ['1h1m1s1ms', 3_661_001],
    ['2562047h', 2_562_047 * 3_600_000],
    [1_500.5, 1_500.5],
    [-1, -1],
  ])('reads %p as %p ms (H7)', (input, millis) => {
    expect(parseDuration(input)).toBeCloseTo(millis, 9);
  });

  it.each([
    '',
    '-',
    '+',
    '.',
    's',
    '.s',
    '30',
    '1.5',
    '1d',
    '1w',
    ' 5s',
    '5s ',
    '5 s',
    '5S',
    '1H',
    '--5s',
    '+-5s',
    '5s-3s',
    '1,5s',
    '1.2.3s',
    '1e3s',
    '0x1s',
    '٣s',
    '30s garbage',
    '3000000h',
    'Infinity',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined,
    null,
    true,
    {},
    ['5s'],
    5n,
  ])('does not read %p (H7)', (input) => {
    expect(parseDuration(input)).toBeUndefined();
  });

  const UNITS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
  const unit = fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[]));
  const summand = fc.record({ count: fc.nat({ max: 999 }), unit });

  it('adds its parts, in whatever order (H7)', () => {
    fc.assert(
      fc.property(fc.array(summand, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.map(({ count, unit }) => `${count}${unit}`).join('');
        const sum = parts.reduce((total, { count, unit }) => total + count * UNITS[unit], 0);
        expect(parseDuration(text)).toBe(sum);
        expect(parseDuration(`-${text}`)).toBeCloseTo(-sum, 9);
      }),
    );
  });

  it('reads back what formatDuration writes (H7, L5)', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 43 }), (millis) => {
        expect(parseDuration(formatDuration(millis))).toBeCloseTo(millis, 2);
      }),
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (value) => void parseDuration(value)));
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [-5, '0s'],
    [0.4, '0s'],
    [1, '1ms'],
    [250, '250ms'],
    [999.6, '1s'],
    [1_500, '1.5s'],
    [59_999, '59.999s'],
    [60_000, '1m0s'],
    [90_000, '1m30s'],
    [3_600_000, '1h0m0s'],
    [90_061_001, '25h1m1.001s'],
  ])('writes %p ms as %s (L5)', (millis, text) => {
    expect(formatDuration(millis)).toBe(text);
  });
});

describe('durationOption', () => {
  it.each([
    ['30s', 30_000],
    [30, 30],
    ['0', 0],
    ['-0s', 0],
    ['10ns', 1],
    [0.001, 1],
    [1.5, 2],
  ])('takes %p as %p whole ms (H7)', (value, millis) => {
    expect(durationOption('timeout', value)).toBe(millis);
  });

  it.each(['soon', '30', '-1s', -1, Number.NaN, undefined as never])('refuses %p', (value) => {
    expect(() => durationOption('timeout', value)).toThrow(
      expect.objectContaining({
        code: 'Invalid',
        message: expect.stringMatching(/^timeout: .* is no duration; give .*'30s'$/),
      }),
    );
  });
});

describe('wholeMillis', () => {
  it('never makes a positive duration 0, which would switch a timer off (H7)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 50, noNaN: true }), (millis) => {
        const whole = wholeMillis(millis);
        expect(Number.isInteger(whole)).toBe(true);
        expect(whole > 0).toBe(millis > 0);
      }),
    );
  });
});
