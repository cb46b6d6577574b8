import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { literal } from '../../lib/testing/recording/literal.js';

const evaluate = (code: string): unknown => new Function(`return (${code})`)();

describe('literal', () => {
  it('makes an equal value of any plain data, dates, maps, sets and bytes', () => {
    const data = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
    });

    fc.assert(
      fc.property(data, (value) => {
        expect(evaluate(literal(value))).toEqual(value);
      }),
    );
  });

  it.each([
    [undefined, 'undefined'],
    [-0, '-0'],
    ['{"it\'s": "\\"}\n', '\'{"it\\\'s": "\\\\"}\\n\''],
    [{ a: 1, 'b-c': [2] }, "{ a: 1, 'b-c': [2] }"],
    [JSON.parse('{ "__proto__": 1 }'), "{ ['__proto__']: 1 }"],
    [Buffer.from([1, 2]), 'Buffer.from([1, 2])'],
    [Uint8Array.of(3), 'Uint8Array.of(3)'],
    [new Error('no'), "new Error('no')"],
    [
      Object.assign(new TypeError('no', { cause: 1 }), { code: 7 }),
      "Object.assign(new Error('no'), { name: 'TypeError', cause: 1, code: 7 })",
    ],
  ])('writes %p', (value, code) => {
    expect(literal(value)).toBe(code);
    expect(evaluate(code)).toEqual(value);
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;
  it.each([
    [{ a: [() => 1] }, 'it.a[0] is a function'],
    [Symbol('x'), 'it is a symbol'],
    [circle, 'it.self is a circle'],
    [{ url: new URL('http://x') }, 'it.url is an instance of URL'],
    [new Float64Array(1), 'it is an instance of Float64Array'],
  ])('refuses %p', (value, why) => {
    expect(() => literal(value)).toThrow(why);
  });
});
