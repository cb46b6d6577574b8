import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRetry, withRetry } from '../../lib/protocol/index.js';

describe('withRetry', () => {
  it.each([
    { reason: 'moving', retry: 2_000, expected: 'moving; retry=2000' },
    { reason: 'banned', retry: 'never', expected: 'banned; retry=never' },
    { reason: '', retry: 0, expected: 'retry=0' },
  ] as const)('writes $expected (Z7)', ({ reason, retry, expected }) => {
    expect(withRetry(reason, retry)).toBe(expected);
  });

  it('fits a close frame, and is read back, whatever the reason is (Z7, W5)', () => {
    const retries = fc.oneof(fc.nat(), fc.constant('never' as const));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), retries, (reason, retry) => {
        const text = withRetry(reason, retry);

        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(123);
        expect(readRetry(text)).toBe(retry);
      }),
    );
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', undefined])(
    'refuses %p (Z7)',
    (retry) => {
      expect(() => withRetry('moving', retry as number)).toThrow(/^retry: give whole milliseconds/);
    },
  );
});

describe('readRetry', () => {
  it.each([
    { reason: 'retry=5', expected: 5 },
    { reason: 'a; retry=1; retry=2', expected: 2 },
    { reason: 'retry=never', expected: 'never' },
    { reason: '', expected: undefined },
    { reason: 'retry=', expected: undefined },
    { reason: 'retry=soon', expected: undefined },
    { reason: 'no-retry=5', expected: undefined },
    { reason: 'retry=5; done', expected: undefined },
    { reason: 'retry=-5', expected: undefined },
    { reason: 'retry=9999999999999999999', expected: undefined },
  ])('reads $expected of "$reason" (Z7)', ({ reason, expected }) => {
    expect(readRetry(reason)).toBe(expected);
  });
});
