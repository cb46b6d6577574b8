import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPid, isPid, parsePid } from '../../lib/core/index.js';

describe('parsePid', () => {
  it.each([
    ['{main|0x00001}', { host: 'main', uniq: '0x00001' }],
    ['{app@main|0x100000}', { node: 'app', host: 'main', uniq: '0x100000' }],
    ['{a@b@c|d}', { node: 'a', host: 'b@c', uniq: 'd' }],
    ['{main|u@x}', { host: 'main', uniq: 'u@x' }],
    ['{h|u}', { host: 'h', uniq: 'u' }],
    ['{знак@ホスト|ü}', { node: 'знак', host: 'ホスト', uniq: 'ü' }],
    [`{h|${'u'.repeat(252)}}`, { host: 'h', uniq: 'u'.repeat(252) }],
  ])('reads %s (P1, P2)', (text, parts) => {
    expect(parsePid(text)).toStrictEqual(parts);
    expect(isPid(text)).toBe(true);
  });

  it.each([
    ['', 'missing braces'],
    ['{}', 'missing braces'],
    ['main|0x00001', 'missing braces'],
    ['{main|0x00001', 'missing braces'],
    ['main|0x00001}', 'missing braces'],
    [' {main|0x00001}', 'missing braces'],
    ['{main|0x00001}\n', 'missing braces'],
    ['{main}', 'missing pipe'],
    ['{|}', 'empty host'],
    ['{|u}', 'empty host'],
    ['{node@|u}', 'empty host'],
    ['{h|}', 'empty uniq'],
    ['{@h|u}', 'empty node'],
    ['{n@h|ns:name|u}', 'illegal character'],
    ['{h|u|}', 'illegal character'],
    ['{{h|u}', 'illegal character'],
    ['{h|u}}', 'illegal character'],
    ['{h |u}', 'illegal character'],
    ['{h|u\t}', 'illegal character'],
    ['{h|u\u00a0v}', 'illegal character'],
    ['{h|\u0000}', 'illegal character'],
    ['{h|\u007f}', 'illegal character'],
    ['{h|\u0085}', 'illegal character'],
    [`{h|${'u'.repeat(253)}}`, 'longer than 256 characters'],
  ])('refuses %j: %s (P2, P3)', (text, why) => {
    expect(() => parsePid(text)).toThrow(
      expect.objectContaining({
        code: 'Invalid',
        retryable: false,
        message: expect.stringContaining(`: ${why}`),
      }),
    );
    expect(isPid(text)).toBe(false);
  });

  it.each([[undefined], [null], [1], [{}], [['{h|u}']]])(
    'refuses %p, which is no text',
    (value) => {
      expect(() => parsePid(value as never)).toThrow(/not a string/);
      expect(isPid(value)).toBe(false);
    },
  );

  it('cites no more than 64 characters of what it refuses', () => {
    expect(() => parsePid('x'.repeat(10_000))).toThrow(
      `invalid PID "${'x'.repeat(64)}": missing braces`,
    );
  });
});

describe('formatPid', () => {
  it('writes a node only when there is one (P1)', () => {
    expect(formatPid({ host: 'main', uniq: '0x00001' })).toBe('{main|0x00001}');
    expect(formatPid({ node: 'app', host: 'main', uniq: '0x00001' })).toBe('{app@main|0x00001}');
  });

  const part = fc
    .string({ minLength: 1, maxLength: 80, unit: 'grapheme' })
    .filter((text) => text.length <= 80 && !/[{}|@\s\p{Cc}]/u.test(text));
  const parts = fc.record(
    { node: part, host: part, uniq: part },
    { requiredKeys: ['host', 'uniq'], noNullPrototype: true },
  );

  it('is the inverse of parsePid (P1, P4)', () => {
    fc.assert(
      fc.property(parts, (given) => expect(parsePid(formatPid(given))).toStrictEqual(given)),
    );
  });

  it('gives back every text that parsePid takes, so that no process has two (P3)', () => {
    const nearly = fc.string({ unit: fc.constantFrom('{', '}', '|', '@', 'a', '0', ' ') });
    const text = fc.oneof(
      nearly,
      nearly.map((inner) => `{${inner}}`),
    );
    fc.assert(fc.property(text, (text) => !isPid(text) || formatPid(parsePid(text)) === text));
  });
});
