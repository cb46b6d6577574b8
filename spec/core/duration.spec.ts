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
    { input: '0', millis: 0 },
    { input: '+0', millis: 0 },
    { input: '0s', millis: 0 },
    { input: '5s', millis: 5_000 },
    { input: '+5s', millis: 5_000 },
    { input: '-5s', millis: -5_000 },
    { input: '1h30m', millis: 5_400_000 },
    { input: '1m30s', millis: 90_000 },
    { input: '30s1m', millis: 90_000 },
    { input: '1.5s', millis: 1_500 },
    { input: '.5s', millis: 500 },
    { input: '5.s', millis: 5_000 },
    { input: '500ms', millis: 500 },
    { input: '1us', millis: 0.001 },
    { input: '1µs', millis: 0.001 },
    { input: '1μs', millis: 0.001 },
    { input: '10ns', millis: 0.000_01 },
    { input: '1h1m1s1ms', millis: 3_661_001 },
    { input: '2562047h', millis: 2_562_047 * 3_600_000 },
    { input: 1_500.5, millis: 1_500.5 },
    { input: -1, millis: -1 },
  ])('reads $input as $millis ms (H7)', ({ input, millis }) => {
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
    { millis: 0, text: '0s' },
    { millis: -5, text: '0s' },
    { millis: 0.4, text: '0s' },
    { millis: 1, text: '1ms' },
    { millis: 250, text: '250ms' },
    { millis: 999.6, text: '1s' },
    { millis: 1_500, text: '1.5s' },
    { millis: 59_999, text: '59.999s' },
    { millis: 60_000, text: '1m0s' },
    { millis: 90_000, text: '1m30s' },
    { millis: 3_600_000, text: '1h0m0s' },
    { millis: 90_061_001, text: '25h1m1.001s' },
  ])('writes $millis ms as $text (L5)', ({ millis, text }) => {
    expect(formatDuration(millis)).toBe(text);
  });
});

describe('durationOption', () => {
  it.each([
    { value: '30s', millis: 30_000 },
    { value: 30, millis: 30 },
    { value: '0', millis: 0 },
    { value: '-0s', millis: 0 },
    { value: '10ns', millis: 1 },
    { value: 0.001, millis: 1 },
    { value: 1.5, millis: 2 },
  ])('takes $value as $millis whole ms (H7)', ({ value, millis }) => {
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
