import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { shownPayload } from '../../lib/devtools/views/shownPayload.js';

/** A list of lists of lists, 50 in each; the same ones, so that it is made at once. */
const nested = (depth: number): unknown => (depth === 0 ? 1 : Array(50).fill(nested(depth - 1)));

describe('a shown payload', () => {
  class Order {
    readonly of = 'tea';
    get secret(): string {
      throw new Error('looked at');
    }
  }

  it.each([
    { value: undefined, text: 'undefined' },
    { value: -0, text: '-0' },
    { value: 7n, text: '7n' },
    { value: 2n ** 1_000_000n, text: '[a long bigint]' },
    { value: Symbol('x'), text: 'Symbol(x)' },
    { value: "it's\n\u001b[31m", text: String.raw`'it\'s\n\u001b[31m'` },
    { value: { a: 1, 'b-c': ['two', null] }, text: "{ a: 1, 'b-c': [ 'two', null ] }" },
    { value: Object.create(null), text: '{}' },
    { value: new Order(), text: "Order { of: 'tea' }" },
    { value: new Map([[{ a: 1 }, new Set([2])]]), text: 'Map(1) { { a: 1 } => Set(1) { 2 } }' },
    { value: Buffer.from([1, 2]), text: 'Buffer(2) [ 1, 2 ]' },
    { value: new Date(0), text: '1970-01-01T00:00:00.000Z' },
    { value: new Date(Number.NaN), text: 'something that is no text' },
    { value: new TypeError('no'), text: '[TypeError: no]' },
    { value: Object.assign([], { length: 2 }), text: '[ undefined, undefined ]' },
    { value: { a: { b: { c: { d: { e: { f: 1 } } } } } }, text: /\{ e: \{ … \} \}/ },
  ])('reads $text (DV3)', ({ value, text }) => {
    if (text instanceof RegExp) expect(shownPayload(value)).toMatch(text);
    else expect(shownPayload(value)).toBe(text);
  });

  it('runs nothing of the value (DV3)', () => {
    const touched: PropertyKey[] = [];
    const note = (what: PropertyKey) => () => touched.push(what);
    const traps = new Proxy({}, { get: (_, trap) => note(trap)() && undefined });
    const error = Object.defineProperty(new Error('x'), 'stack', { get: note('stack') });
    const values = [
      {
        get of() {
          return note('get')();
        },
      },
      { [inspect.custom]: note('custom'), toString: note('toString'), toJSON: note('toJSON') },
      Object.create({
        get constructor() {
          return note('constructor')();
        },
      }),
      Object.create(new Proxy({}, traps)),
      {
        get [Symbol.toStringTag]() {
          return note('tag')();
        },
      },
      new Proxy({ a: 1 }, traps),
      error,
      Object.assign(new Map(), { entries: note('entries') }),
      Object.assign(new Date(0), { toISOString: note('iso') }),
    ];

    expect(values.map(shownPayload)[0]).toBe('{ of: [Getter] }');
    expect(touched).toEqual([]);
  });

  it('reads no more than is written, of whatever size it is (DV3)', () => {
    let reads = 0;
    const counted = { [Symbol.iterator]: () => reads++ };
    const [rows, text] = [nested(2), 'x'.repeat(1_000_000)];
    const large = [
      nested(4),
      new Map(Array.from({ length: 100_000 }, (_, at) => [at, counted])),
      Array(50).fill({ text }),
      { ['k'.repeat(1_000_000)]: 1 },
      new Error('y'.repeat(1_000_000)),
      Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, rows])),
    ];
    const begun = process.cpuUsage();
    for (const value of large) expect(shownPayload(value).length).toBeLessThanOrEqual(2_001);

    // Node's own inspect takes seconds of the first and of the last.
    expect(process.cpuUsage(begun).user).toBeLessThan(500_000);
    expect(shownPayload(large[1])).toMatch(/^Map\(100000\) \{ 0 => .* 99950 more items \}$/);
    expect(reads).toBe(0);
  });

  it('says of a circle where it is too deep (DV3)', () => {
    const circle: Record<string, unknown> = {};
    circle.o = circle;

    expect(shownPayload(circle)).toBe('{ o: { o: { o: { o: { o: { … } } } } } }');
  });
});
