import { describe, expect, it } from '@jest/globals';
import { crossed, nested } from './support.js';

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  get sum(): number {
    return this.x + this.y;
  }
}

const cycle: Record<string, unknown> = { name: 'it' };
cycle.inner = { list: [cycle] };

describe('a payload', () => {
  it.each([
    { what: 'null', value: null },
    { what: 'undefined', value: undefined },
    { what: 'booleans', value: [true, false] },
    { what: 'integers', value: [0, 1, -1, 127, 128, -129, 65_536, 2 ** 32, -(2 ** 31), 2 ** 53] },
    { what: 'fractions', value: [0.1, -1.5, Number.MAX_VALUE, Number.MIN_VALUE] },
    { what: 'NaN and infinities', value: [Number.NaN, Infinity, -Infinity] },
    { what: 'texts', value: ['', 'a', 'ä€😀', 'x'.repeat(70_000), 'é'.repeat(100)] },
    { what: 'arrays', value: [[], [[1], { a: [] }], Array(20).fill(1)] },
    { what: 'plain objects', value: { a: 1, b: { c: undefined }, '': 0, 'x y': null } },
    { what: 'an object of names that mean something', value: { constructor: 1, toString: 'x' } },
    { what: 'dates', value: [new Date(0), new Date(1.7e12 + 7), new Date(-1), new Date(8.64e15)] },
    { what: 'small and large bigints', value: [0n, -1n, 2n ** 63n, -(2n ** 64n), 3n ** 500n] },
    {
      what: 'maps',
      value: new Map<unknown, unknown>([
        ['a', 1],
        [{ b: 2 }, new Map([[1, 2]])],
      ]),
    },
    { what: 'sets', value: new Set([1, 'a', new Set([undefined])]) },
    { what: 'regular expressions', value: /a\/b[\n]/giu },
    { what: 'buffers', value: [Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(70_000, 1)] },
    { what: 'array buffers', value: new Uint8Array([1, 2, 3]).buffer },
    {
      what: 'bytes',
      value: [new Uint8Array([1, 255]), new Uint8ClampedArray([1]), new Int8Array([-1])],
    },
    {
      what: '16 and 32 bits',
      value: [
        new Int16Array([-2]),
        new Uint16Array([2]),
        new Int32Array([-3]),
        new Uint32Array([3]),
      ],
    },
    {
      what: '64 bits',
      value: [
        new Float32Array([0.5]),
        new Float64Array([0.1]),
        new BigInt64Array([-1n]),
        new BigUint64Array([1n]),
      ],
    },
    {
      what: 'a view of a part',
      value: new Uint16Array(new Uint8Array([9, 9, 1, 2, 9, 9]).buffer, 2, 1),
    },
    { what: 'a hundred levels', value: nested(100) },
  ])('crosses unchanged: $what (D23)', ({ value }) => {
    expect(crossed(value)).toStrictEqual(value);
  });

  it('crosses with more than 65,535 elements or fields (D23)', () => {
    const list = Array.from({ length: 70_000 }, (_, i) => i);
    const fields = Object.fromEntries(list.map((i) => [`f${i}`, i]));

    expect(JSON.stringify(crossed([list, fields]))).toBe(JSON.stringify([list, fields]));
  });

  it('crosses with a date that is none and a view of data (D23)', () => {
    expect((crossed(new Date(Number.NaN)) as Date).getTime()).toBeNaN();
    expect((crossed(new DataView(new Uint8Array([0, 7]).buffer)) as DataView).getUint16(0)).toBe(7);
  });

  it.each([
    { what: '-0', value: -0, becomes: 0 },
    { what: 'a hole', value: Object.assign([1], { 2: 2 }), becomes: [1, undefined, 2] },
    {
      what: 'a lone surrogate',
      value: ['\ud800', `${'x'.repeat(70)}\udc00`],
      becomes: ['�', `${'x'.repeat(70)}�`],
    },
    {
      what: 'a key __proto__',
      value: JSON.parse('{"__proto__":{"a":1}}'),
      becomes: { __proto_: { a: 1 } },
    },
    {
      what: 'the same beside a map',
      value: [new Map(), JSON.parse('{"__proto__":1}')],
      becomes: [new Map(), { __proto_: 1 }],
    },
    { what: 'an instance', value: { at: new Point(1, 2) }, becomes: { at: { x: 1, y: 2 } } },
    {
      what: 'an object without a prototype',
      value: Object.assign(Object.create(null), { a: 1 }),
      becomes: { a: 1 },
    },
    {
      what: 'an array of a class',
      value: [class List extends Array {}.of(1, 2)],
      becomes: [[1, 2]],
    },
  ])('is changed: $what (D23)', ({ value, becomes }) => {
    expect(crossed(value)).toStrictEqual(becomes);
  });

  it('has no hole and no minus at the other end (D23)', () => {
    expect(Object.is(crossed(-0), 0)).toBe(true);
    expect(Object.keys(crossed(Array(2)) as object)).toEqual(['0', '1']);
  });

  it('is two objects where one stands twice (D23)', () => {
    const one = { a: 1 };
    const [first, second] = crossed([one, one]) as [object, object];

    expect([first, first === second]).toEqual([one, false]);
  });

  it('has bytes of its own, of exactly their size (D23, M9)', () => {
    const [buffer, view] = crossed([Buffer.from('abc'), new Uint8Array(3)]) as [Buffer, Uint8Array];

    expect([buffer.buffer.byteLength, view.buffer.byteLength]).toEqual([3, 3]);
    expect(Buffer.isBuffer(buffer) && !Buffer.isBuffer(view)).toBe(true);
    expect(buffer.buffer === view.buffer).toBe(false);
  });

  it.each([
    { value: () => 1, says: 'payload is a function' },
    { value: Point, says: 'payload is a function' },
    { value: Symbol('s'), says: 'payload is a symbol' },
    {
      value: { items: [0, 1, 2, { callback: () => 1 }] },
      says: 'payload.items[3].callback is a function',
    },
    { value: { 'a b': { 3: Symbol.iterator } }, says: 'payload["a b"]["3"] is a symbol' },
    { value: new Map([['k', [() => 1]]]), says: 'payload.get("k")[0] is a function' },
    { value: new Map([[{ f() {} }, 1]]), says: 'payload.key[0].f is a function' },
    { value: new Map([[7, () => 1]]), says: 'payload.value[0] is a function' },
    { value: new Set([1, () => 1]), says: 'payload.member[1] is a function' },
    {
      value: { holes: Object.assign([], { length: 2 ** 32 - 1 }) },
      says: 'payload.holes has more than 67108864 members',
    },
    { value: cycle, says: 'payload.inner.list[0] is within itself (a cycle)' },
    {
      value: { deep: nested(100) },
      says: `payload.deep${'[0]'.repeat(99)} is over 100 levels deep`,
    },
    {
      value: {
        get a() {
          throw new Error('no');
        },
      },
      says: 'payload.a cannot be read: Error: no',
    },
    {
      value: new Proxy(
        {},
        {
          getPrototypeOf() {
            throw 7;
          },
        },
      ),
      says: 'payload cannot be read: 7',
    },
  ])('is refused: $says (D23, D27)', ({ value, says }) => {
    expect(() => crossed(value)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: says }),
    );
  });

  it('is refused for a getter that gives something else the second time (D23)', () => {
    let times = 0;
    const value = {
      get a() {
        return times++ === 0 ? 1 : Symbol('s');
      },
    };

    expect(() => crossed(value)).toThrow(expect.objectContaining({ code: 'Invalid' }));
  });

  it('is refused with an instance in it where the server is in memory (D23)', () => {
    const options = { isStrict: true };

    expect(() => crossed({ at: new Point(1, 2) }, options)).toThrow(
      'payload.at is an instance of Point',
    );
    expect(() => crossed(class List extends Array {}.of(1), options)).toThrow(
      'payload is an instance of List',
    );
    expect(crossed([new Map([[1, /x/]]), { a: new Date(1) }], options)).toEqual([
      new Map([[1, /x/]]),
      { a: new Date(1) },
    ]);
    expect(crossed(Object.create(null), options)).toEqual({});
  });
});
