import { describe, expect, it } from '@jest/globals';
import { readable } from '../../lib/cli/readable.js';

describe('readable', () => {
  it.each([
    { value: 0, text: '0' },
    { value: 0.04, text: '0' },
    { value: 0.26, text: '0.3' },
    { value: 9.96, text: '10' },
    { value: 12.6, text: '13' },
    { value: 65_536, text: '65,536' },
    { value: 1_904_233, text: '1,904,233' },
  ])('counts $value as $text', ({ value, text }) => {
    expect(readable.count(value)).toBe(text);
  });

  it.each([
    { bytes: 0, text: '0 B' },
    { bytes: 1_023, text: '1,023 B' },
    { bytes: 1_024, text: '1 KiB' },
    { bytes: 1_536, text: '1.5 KiB' },
    { bytes: 2 ** 20, text: '1 MiB' },
    { bytes: 182.4 * 2 ** 20, text: '182 MiB' },
    { bytes: 2 ** 31, text: '2 GiB' },
    { bytes: 2 ** 53, text: '8,192 TiB' },
  ])('measures $bytes bytes as $text', ({ bytes, text }) => {
    expect(readable.size(bytes)).toBe(text);
  });

  it.each([
    { millis: 0, text: '0s' },
    { millis: 40, text: '40ms' },
    { millis: 1_999, text: '1s' },
    { millis: 59_999, text: '59s' },
    { millis: 60_000, text: '1m' },
    { millis: 600_000, text: '10m' },
    { millis: 785_000, text: '13m5s' },
    { millis: 7_992_345, text: '2h13m' },
    { millis: 3_600_000 * 25, text: '1d1h' },
    { millis: 86_400_000 * 3 + 5_000, text: '3d' },
    { millis: -1, text: '0s' },
  ])('spans $millis ms as $text', ({ millis, text }) => {
    expect(readable.span(millis)).toBe(text);
  });
});
