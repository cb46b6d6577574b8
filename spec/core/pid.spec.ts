import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPid, isPid, parsePid } from '../../lib/core/index.js';

describe('parsePid', () => {
  it.each([
    { text: '{main|0x00001}', parts: { host: 'main', uniq: '0x00001' } },
    { text: '{app@main|0x100000}', parts: { node: 'app', host: 'main', uniq: '0x100000' } },
    { text: '{a@b@c|d}', parts: { node: 'a', host: 'b@c', uniq: 'd' } },
    { text: '{main|u@x}', parts: { host: 'main', uniq: 'u@x' } },
    { text: '{h|u}', parts: { host: 'h', uniq: 'u' } },
    { text: '{знак@ホスト|ü}', parts: { node: 'знак', host: 'ホスト', uniq: 'ü' } },
    { text: `{h|${'u'.repeat(252)}}`, parts: { host: 'h', uniq: 'u'.repeat(252) } },
  ])('reads $text (P1, P2)', ({ text, parts }) => {
    expect(parsePid(text)).toStrictEqual(parts);
    expect(isPid(text)).toBe(true);
  });

  it.each([
    { text: '', why: 'missing braces' },
    { text: '{}', why: 'missing braces' },
    { text: 'main|0x00001', why: 'missing braces' },
    { text: '{main|0x00001', why: 'missing braces' },
    { text: 'main|0x00001}', why: 'missing braces' },
    { text: ' {main|0x00001}', why: 'missing braces' },
    { text: '{main|0x00001}\n', why: 'missing braces' },
    { text: '{main}', why: 'missing pipe' },
    { text: '{|}', why: 'empty host' },
    { text: '{|u}', why: 'empty host' },
    { text: '{node@|u}', why: 'empty host' },
    { text: '{h|}', why: 'empty uniq' },
    { text: '{@h|u}', why: 'empty node' },
    { text: '{n@h|ns:name|u}', why: 'illegal character' },
    { text: '{h|u|}', why: 'illegal character' },
    { text: '{{h|u}', why: 'illegal character' },
    { text: '{h|u}}', why: 'illegal character' },
    { text: '{h |u}', why: 'illegal character' },
    { text: '{h|u\t}', why: 'illegal character' },
    { text: '{h|u\u00a0v}', why: 'illegal character' },
    { text: '{h|\u0000}', why: 'illegal character' },
    { text: '{h|\u007f}', why: 'illegal character' },
    { text: '{h|\u0085}', why: 'illegal character' },
    { text: `{h|${'u'.repeat(253)}}`, why: 'longer than 256 characters' },
  ])('refuses $text: $why (P2, P3)', ({ text, why }) => {
    expect(() => parsePid(text)).toThrow(
      expect.objectContaining({
        code: 'Invalid',
        retryable: false,
        message: expect.stringContaining(`: ${why}`),
      }),
    );
    expect(isPid(text)).toBe(false);
  });

  it.each([
    { value: undefined },
    { value: null },
    { value: 1 },
    { value: {} },
    { value: ['{h|u}'] },
  ])('refuses $value, which is no text', ({ value }) => {
    expect(() => parsePid(value as never)).toThrow(/not a string/);
    expect(isPid(value)).toBe(false);
  });

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
