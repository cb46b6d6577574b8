import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../../../lib/cluster/wire/entry.js';
import { EntryReader } from '../../../lib/cluster/wire/entryReader.js';
import { EntryWriter } from '../../../lib/cluster/wire/entryWriter.js';
import { forgedPid } from '../../../lib/cluster/wire/forgedPid.js';
import { ENTRIES } from './everyEntry.js';
import { A, B, cross, letter, packer, read } from './support.js';

const bytesOf = (...rows: unknown[]): Uint8Array =>
  Buffer.concat(rows.map((row) => packer.pack(row)));

describe('an entry', () => {
  it.each(ENTRIES)('crosses as it was: $name (D20)', ({ entry }) => {
    expect(cross([entry])).toEqual([entry]);
  });

  it('crosses among others, in order (D20)', () => {
    const entries = ENTRIES.map(({ entry }) => entry);

    expect(cross([...entries, ...entries])).toEqual([...entries, ...entries]);
    expect(read(new Uint8Array())).toEqual([]);
  });

  it('holds what its payload was when it was sent (D20)', () => {
    const writer = new EntryWriter(packer);
    const payload = { n: 1 };
    const first = writer.write(letter(payload));
    writer.forget();
    payload.n = 2;
    const kept = Buffer.from(first);
    for (let i = 0; i < 500; i++) writer.write(letter({ text: 'x'.repeat(100) }));

    expect(kept.equals(first)).toBe(true);
    expect(read(first)).toMatchObject([{ payload: { n: 1 } }]);
  });

  it('is refused above maxMessage, and the next one goes (D22)', () => {
    const writer = new EntryWriter(packer, { maxMessage: 1000 });
    const large = letter('x'.repeat(1000));
    const says = /^send of 1\d\d\d bytes, above maxMessage \(1000\)$/;

    expect(() => writer.write(large)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringMatching(says) }),
    );
    expect(() => writer.write(large)).toThrow(says);
    expect(read(writer.write(letter('x')))).toEqual([letter('x')]);
    expect(() => new EntryWriter(packer).write(letter('x'.repeat(2 ** 24)))).toThrow(/16777216/);
    expect(() => writer.write({ kind: 'reply', ref: 1, payload: Buffer.alloc(1000) })).toThrow(
      'reply of 1006 bytes, above maxMessage (1000)',
    );
  });

  it('names what of a spawn or a context cannot cross (D31, D27)', () => {
    const spawn = { kind: 'spawn', ref: 1, id: 'x', args: [1, () => 1], options: {} } as const;

    expect(() => cross([spawn])).toThrow('args[1] is a function');
    expect(() => cross([{ ...letter(1), context: { f() {} } }])).toThrow('context.f is a function');
  });
});

describe('also', () => {
  const payload = { text: 'hello'.repeat(20) };
  const sizes = (...entries: Entry[]): number[] => {
    const writer = new EntryWriter(packer);
    return entries.map((entry) => writer.write(entry).byteLength);
  };

  it('is only the address of a message like the one before, and all get one object (D21)', () => {
    const entries = Array.from({ length: 1000 }, (_, i) => letter(payload, `{b~1@main|0x${i}}`));
    const all = cross(entries) as { payload: unknown }[];
    const [first = 0, ...more] = sizes(...entries);

    expect(all).toEqual(entries);
    expect(new Set(all.map((each) => each.payload)).size).toBe(1);
    expect(Math.max(...more)).toBeLessThan(20);
    expect(first).toBeGreaterThan(150);
  });

  it.each([
    { what: 'an equal payload', next: letter({ ...payload }) },
    { what: 'another topic', next: { ...letter(payload), topic: 'other' } },
    { what: 'another sender', next: { ...letter(payload), from: undefined } },
  ])('is not said for $what (D21)', ({ next }) => {
    const [, second = 0] = sizes(letter(payload), next);

    expect(second).toBeGreaterThan(120);
    expect(cross([letter(payload), next])).toEqual([letter(payload), next]);
  });

  it('has a context of its own, and lasts over what is no message (D21, D31)', () => {
    const entries: Entry[] = [
      { ...letter(payload), context: { trace: 1 } },
      { kind: 'unwatch', ref: 1 },
      { ...letter(payload), context: { trace: 2 } },
      letter(payload),
    ];

    expect(cross(entries)).toEqual(entries);
    expect(sizes(...entries)[3]).toBeLessThan(40);
  });

  it('is not said when the turn is over: the object may have changed (D20, D21)', () => {
    const writer = new EntryWriter(packer);
    const reader = new EntryReader(packer, () => {});
    const changing = { n: 1 };
    const first = writer.write(letter(changing));
    writer.forget();
    changing.n = 2;
    const second = writer.write(letter(changing));

    expect([first, second].flatMap((bytes) => reader.read(bytes))).toMatchObject([
      { payload: { n: 1 } },
      { payload: { n: 2 } },
    ]);
  });

  it.each([1, 31, 32, 255, 256])(
    'is what the packer makes of an address of %d letters (D21)',
    (length) => {
      for (const to of ['x'.repeat(length), `${'x'.repeat(length - 1)}é`, 'ä'.repeat(length)]) {
        const writer = new EntryWriter(packer);
        const payload = {};
        writer.write(letter(payload));

        expect(Buffer.from(writer.write(letter(payload, to)))).toEqual(bytesOf([2, to]));
      }
    },
  );

  it('may stand in a frame of its own (D21)', () => {
    const writer = new EntryWriter(packer);
    const reader = new EntryReader(packer, () => {});
    const entries = [letter(payload), letter(payload)];

    expect(entries.flatMap((entry) => reader.read(writer.write(entry)))).toEqual(entries);
  });

  it('is no frame without a message before it (D26)', () => {
    expect(() => read(bytesOf([2, B]))).toThrow(
      'entry 0 cannot be read: there is no message before it',
    );
  });
});

describe('a reader', () => {
  it('skips a kind that it does not know, and tells each once (D25)', () => {
    const told: number[] = [];
    const reader = new EntryReader(packer, (kind) => void told.push(kind));
    const ready: Entry = { kind: 'ready' };
    const body = bytesOf([20, { a: 1 }], [19], [21], [20], [0], [-1]);

    expect(reader.read(body)).toEqual([ready]);
    expect(reader.read(body)).toEqual([ready]);
    expect(told).toEqual([20, 21, 0, -1]);
    reader.read(bytesOf(...Array.from({ length: 500 }, (_, i) => [1000 + i])));
    expect(told.length).toBe(100);
  });

  it('ignores a field that a later release has added (D25)', () => {
    expect(read(bytesOf([7, 5, 'later', {}], [19, 1]))).toEqual([
      { kind: 'unwatch', ref: 5 },
      { kind: 'ready' },
    ]);
  });

  it('reads nothing of a body with one entry that is wrong (D26)', () => {
    const seen: Entry[] = [];

    expect(() => seen.push(...read(bytesOf([19], [7, 'x'])))).toThrow('entry 1 cannot be read');
    expect(seen).toEqual([]);
  });

  it.each([
    { row: 'text', says: 'it has no kind' },
    { row: [], says: 'it has no kind' },
    { row: ['1', B], says: 'it has no kind' },
    { row: [1.5], says: 'it has no kind' },
    { row: { 0: 7, 1: 5 }, says: 'it has no kind' },
    { row: [1], says: 'send has undefined for its to' },
    { row: [1, '', 't', A, 1], says: 'send has "" for its to' },
    { row: [1, B, '@sys', A, 1], says: 'send has "@sys" for its topic' },
    { row: [1, B, 't', 17, 1], says: 'send has 17 for its from' },
    { row: [1, B, 't', '{a~k3f9x1qz@main}', 1], says: 'send has "{a~k3f9x1qz@main}" for its from' },
    { row: [3, B, 't', A, -1], says: 'call has -1 for its ref' },
    { row: [4, 1.5], says: 'reply has 1.5 for its ref' },
    { row: [5, {}, 'x'], says: 'refused has object for its about' },
    { row: [5, 1, null], says: 'refused has null for its why' },
    { row: [6, 1, 'mail'], says: 'watch has "mail" for its pid' },
    { row: [7, null], says: 'unwatch has null for its ref' },
    { row: [8, 1, { type: 'odd' }], says: 'exit has object for its reason' },
    { row: [8, 1, 'normal'], says: 'exit has "normal" for its reason' },
    { row: [9, A, B, 2 ** 60], says: 'link has 1152921504606847000 for its id' },
    { row: [10, A, null, 1], says: 'unlink has null for its b' },
    { row: [11, A, B, 1], says: 'linkExit has undefined for its reason' },
    { row: [12, B, A, 'stop'], says: 'signal has "stop" for its signal' },
    { row: [12, B, A, 'exit', 'because'], says: "signal with another's reason" },
    { row: [12, B, A, 'kill', { type: 'kill' }], says: "signal with another's reason" },
    { row: [12, B, A, 'cancel', 'x', Infinity], says: 'signal has Infinity for its remaining' },
    { row: [13, 'pg', 'add', []], says: 'group has "add" for its change' },
    { row: [13, 'pg', 'join', [['g', [1]]]], says: 'group has object for its groups' },
    { row: [13, 'pg', 'join', [['', 3]]], says: 'group has object for its groups' },
    { row: [14, 'pg', 'g', 't', A, 1, A], says: `cast has "${A}" for its except` },
    { row: [15, '@x', 5, 1], says: 'name has 5 for its pid' },
    { row: [16, 1, 'id', {}], says: 'spawn has object for its args' },
    { row: [17, 1, 'late'], says: 'failed has "late" for its error' },
    { row: [18, A, 1], says: 'press has 1 for its pressed' },
  ])('refuses $row: $says (D26)', ({ row, says }) => {
    expect(() => read(bytesOf(row))).toThrow(
      expect.objectContaining({ code: 'Invalid', message: `entry 0 cannot be read: ${says}` }),
    );
  });
});

describe('forgedPid', () => {
  it('is who an entry speaks for and is not of its node (D60)', () => {
    const prefix = '{a~k3f9x1qz@';
    const speaking = new Set(['send', 'call', 'link', 'unlink', 'linkExit', 'signal', 'cast']);
    const found = ENTRIES.map(({ entry }) => forgedPid(entry, prefix));
    const elsewhere = ENTRIES.map(({ entry }) => forgedPid(entry, '{c~00000001@'));

    expect(found).toEqual(ENTRIES.map(() => undefined));
    expect(ENTRIES.filter((_, i) => elsewhere[i] === A).map(({ entry }) => entry.kind)).toEqual(
      ENTRIES.filter(({ name, entry }) => speaking.has(entry.kind) || / of A/.test(name)).map(
        ({ entry }) => entry.kind,
      ),
    );
  });
});
