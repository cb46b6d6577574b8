import { inspect } from 'node:util';
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
        // Of two invalid dates, jest says that they are different.
        fc.pre(!inspect(value, { depth: Infinity }).includes('Invalid Date'));

        expect(evaluate(literal(value))).toEqual(value);
      }),
    );
  });

  it.each([
    { value: undefined, code: 'undefined' },
    { value: -0, code: '-0' },
    { value: '{"it\'s": "\\"}\n', code: '\'{"it\\\'s": "\\\\"}\\n\'' },
    { value: { a: 1, 'b-c': [2] }, code: "{ a: 1, 'b-c': [2] }" },
    { value: JSON.parse('{ "__proto__": 1 }'), code: "{ ['__proto__']: 1 }" },
    { value: Buffer.from([1, 2]), code: 'Buffer.from([1, 2])' },
    { value: Uint8Array.of(3), code: 'Uint8Array.of(3)' },
    { value: new Error('no'), code: "new Error('no')" },
    {
      value: Object.assign(new TypeError('no', { cause: 1 }), { code: 7 }),
      code: "Object.assign(new Error('no'), { name: 'TypeError', cause: 1, code: 7 })",
    },
  ])('writes $value', ({ value, code }) => {
    expect(literal(value)).toBe(code);
    expect(evaluate(code)).toEqual(value);
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;
  it.each([
    { value: { a: [() => 1] }, why: 'it.a[0] is a function' },
    { value: Symbol('x'), why: 'it is a symbol' },
    { value: circle, why: 'it.self is a circle' },
    { value: { url: new URL('http://x') }, why: 'it.url is an instance of URL' },
    { value: new Float64Array(1), why: 'it is an instance of Float64Array' },
  ])('refuses $value', ({ value, why }) => {
    expect(() => literal(value)).toThrow(why);
  });
});
