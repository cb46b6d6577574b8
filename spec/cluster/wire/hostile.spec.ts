import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EntryWriter } from '../../../lib/cluster/wire/entryWriter.js';
import { isData } from '../../../lib/cluster/wire/isPlainData.js';
import { ProcessError } from '../../../lib/index.js';
import { ENTRIES } from './everyEntry.js';
import { letter, nested, packer, read } from './support.js';

/** A reply (4) to call 1, whose payload is these bytes. */
const reply = (...payload: (number | Uint8Array)[]): Uint8Array =>
  Buffer.concat([
    Buffer.from([0x93, 4, 1]),
    ...payload.map((each) => (typeof each === 'number' ? Buffer.from([each]) : each)),
  ]);

const packed = (value: unknown): Uint8Array => Buffer.from(packer.pack(value));
const u32 = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
};

/** What a body is: its entries, or the text of the one error that there may be. */
const outcome = (body: Uint8Array): unknown => {
  try {
    return read(body);
  } catch (error) {
    if (!(error instanceof ProcessError) || error.code !== 'Invalid') throw error;
    return error.message;
  }
};

const isSound = (body: Uint8Array): boolean => {
  const found = outcome(body);
  return typeof found === 'string' ? found.startsWith('entry ') : isData(found);
};

/** All entries as one body. */
const WHOLE = (() => {
  const writer = new EntryWriter(packer);
  return Buffer.concat(ENTRIES.map(({ entry }) => writer.write(entry)));
})();

describe('hostile bytes', () => {
  it.each([
    { what: 'an array of 4 billion', bytes: reply(0xdd, u32(-1)) },
    { what: 'a map of 4 billion', bytes: reply(0xdf, u32(-1)) },
    { what: 'a text of 4 GB', bytes: reply(0xdb, u32(-1)) },
    { what: 'a buffer of 4 GB', bytes: reply(0xc6, u32(-1)) },
    { what: 'an extension of 4 GB', bytes: reply(0xc9, u32(-1), 94) },
    {
      what: 'arrays of 65,535 in each other',
      bytes: reply(...Array(2000).fill(Buffer.from([0xdc, 0xff, 0xff]))),
    },
    { what: 'a million levels', bytes: reply(Buffer.alloc(1_000_000, 0x91), 1) },
    { what: '101 levels', bytes: reply(packed(nested(101))) },
    { what: 'a cycle', bytes: reply(0xd6, 0x69, u32(1), 0x91, 0xd6, 0x70, u32(1)) },
    { what: 'a reference to nothing', bytes: reply(0xd6, 0x70, u32(7)) },
    { what: 'a bundle of strings that leads back', bytes: reply(0xd6, 0x62, u32(-3), 1) },
    { what: 'a bundle of strings that leads away', bytes: reply(0xd6, 0x62, u32(2 ** 30), 1) },
    {
      what: "msgpackr's own list of errors",
      bytes: reply(0xd4, 0x65, 0, packed(['valueOf', 'x'])),
    },
    { what: 'an object of a text', bytes: reply(0xd4, 0x65, 0, packed(['constructor', 'x'])) },
    { what: 'the byte that is never used', bytes: reply(0xc1) },
    { what: 'an extension that nobody knows', bytes: reply(0xd4, 33, 0) },
    { what: 'a bigint of no bytes', bytes: reply(0xc7, 0, 0x42) },
    { what: 'bytes behind the last entry', bytes: reply(1, 0x92) },
    { what: 'a key that is an object', bytes: reply(0x81, 0x90, 1) },
    ...[
      ['map', 0, 7],
      ['half a map', 0, ['a']],
      ['set', 1, 'abc'],
      ['expression', 2, ['(', '']],
      ['expression of numbers', 2, [1, 2]],
      ['array buffer', 3, [1]],
      ['view of another kind', 4, [99, Buffer.alloc(1)]],
      ['view by name', 4, ['constructor', Buffer.alloc(1)]],
      ['view of half a number', 4, [8, Buffer.alloc(7)]],
      ['error without parts', 5, ['Error']],
      ['error of numbers', 5, [1, 2, 3, 4, {}]],
      ['kind', 6, 0],
    ].map(([what, tag, value]) => ({
      what: `no such ${what}`,
      bytes: reply(0xd4, 94, 0, packed([tag, value])),
    })),
  ])('are one error and nothing else: $what (D26)', ({ bytes }) => {
    const before = process.memoryUsage().rss;

    expect(outcome(bytes)).toMatch(/^entry \d+ cannot be read: /);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
    expect(read(reply(1))).toEqual([{ kind: 'reply', ref: 1, payload: 1 }]);
  });

  it('leave prototypes as they are (D26)', () => {
    const key = packed('__proto__');
    const polluting = packed({ polluted: true });
    const error = (name: string) => ['Error', name, 'm', 's', { __proto_: 1, constructor: 1 }];

    expect(read(reply(0x81, key, polluting))).toEqual([
      { kind: 'reply', ref: 1, payload: { __proto_: { polluted: true } } },
    ]);
    read(reply(0xd4, 0x72, 0x40, 0x91, key, polluting));
    read(reply(0xd4, 94, 0, packed([5, error('constructor')])));
    expect('polluted' in {}).toBe(false);
  });

  it('cannot teach a record to what comes later (D26)', () => {
    const [first] = read(reply(0xd4, 0x72, 0x41, packed(['a']), 5)) as { payload: unknown }[];

    expect(first?.payload).toEqual({ a: 5 });
    expect(read(reply(0x41))).toEqual([{ kind: 'reply', ref: 1, payload: 0x41 }]);
  });

  it('an error has the class that its fields allow, and never a name that is no text (D24, D26)', () => {
    const sent = ['ProcessError', 'ProcessError', 'm', 's', { code: 'Odd', name: 7, message: 8 }];
    const [entry] = read(reply(0xd4, 94, 0, packed([5, sent]))) as { payload: Error }[];

    expect(entry?.payload.constructor.name).toBe('RemoteError');
    expect([entry?.payload.name, entry?.payload.message]).toEqual(['ProcessError', 'm']);
  });

  it('are entries or one error wherever they are cut off (D26)', () => {
    const cut = Array.from({ length: WHOLE.length }, (_, i) => i);

    expect(cut.filter((end) => !isSound(WHOLE.subarray(0, end)))).toEqual([]);
  });

  it('are entries or one error whatever they are (D26)', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), isSound), { numRuns: 500 });
  });

  it('are entries or one error whatever stands in place of some (D26)', () => {
    const change = fc.tuple(fc.nat(WHOLE.length - 1), fc.nat(255));

    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(WHOLE);
        for (const [at, value] of changes) bytes[at] = value;
        return isSound(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('any data crosses and comes back equal, as JSON has it (D23)', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const bytes = new EntryWriter(packer).write(letter(value));
        const [entry] = read(bytes) as { payload: unknown }[];
        expect(JSON.stringify(entry?.payload)).toBe(
          JSON.stringify(value).replaceAll('"__proto__":', '"__proto_":'),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('cannot be made of whatever a program sends: it crosses as data, or is refused (D23)', () => {
    const anything = fc.anything({
      ...{ withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withSet: true },
      ...{ withNullPrototype: true, withSparseArray: true, withTypedArray: true },
    });
    const strange = fc.oneof(anything, fc.func(anything), fc.constant(Symbol('s')));

    fc.assert(
      fc.property(fc.tuple(anything, strange, fc.boolean()), ([value, odd, isStrict]) => {
        const writer = new EntryWriter(packer, { isStrict });
        try {
          return isSound(writer.write(letter({ value, odd })));
        } catch (error) {
          return error instanceof ProcessError && /^payload\./.test(error.message);
        }
      }),
      { numRuns: 300 },
    );
  });
});
