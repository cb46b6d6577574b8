import { describe, expect, it } from '@jest/globals';
import { isLike } from '../../../lib/testing/channels/isLike.js';

describe('isLike', () => {
  it.each([
    { actual: { a: 1, b: 2 }, expected: { a: 1 }, is: true },
    { actual: { a: 1 }, expected: { a: 1, b: 2 }, is: false },
    { actual: { a: { b: 1, c: 2 } }, expected: { a: { b: 1 } }, is: true },
    { actual: { a: { b: 1 } }, expected: { a: { b: 2 } }, is: false },
    { actual: [1, { a: 1, b: 2 }], expected: [1, { a: 1 }], is: true },
    { actual: [1, 2], expected: [1], is: false },
    { actual: [1], expected: { 0: 1 }, is: false },
    { actual: { 0: 1, length: 1 }, expected: [1], is: false },
    { actual: 1, expected: undefined, is: true },
    { actual: undefined, expected: null, is: false },
    { actual: null, expected: null, is: true },
    { actual: null, expected: {}, is: false },
    { actual: 'a', expected: {}, is: false },
    { actual: 'a', expected: 'b', is: false },
    { actual: Number.NaN, expected: Number.NaN, is: true },
    { actual: { a: 'x' }, expected: { a: expect.any(String) }, is: true },
    { actual: { a: 1 }, expected: { a: expect.any(String) }, is: false },
  ])('says $is of $actual and $expected (CT2)', ({ actual, expected, is }) => {
    expect(isLike(actual, expected)).toBe(is);
  });
});
