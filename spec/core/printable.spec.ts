import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable } from '../../lib/core/index.js';

describe('printable', () => {
  it.each([
    { what: 'a text', text: 'naïve café 日本 👍 \\n', is: 'naïve café 日本 👍 \\n' },
    { what: 'ends of lines', text: 'a\nb\rc\td', is: 'a\\nb\\rc\\td' },
    {
      what: 'ends of lines of Unicode',
      text: 'a\u2028b\u2029c\u0085',
      is: 'a\\u{2028}b\\u{2029}c\\u{85}',
    },
    { what: 'escapes of ANSI', text: '\x1b[2J\x9b2J', is: '\\u{1b}[2J\\u{9b}2J' },
    { what: 'nothing and delete', text: '\0\x7f', is: '\\u{0}\\u{7f}' },
    {
      what: 'marks of direction',
      text: 'a\u202eb\u2066c\u200f',
      is: 'a\\u{202e}b\\u{2066}c\\u{200f}',
    },
    { what: 'tags', text: '\u{e0041}', is: '\\u{e0041}' },
    { what: 'halves of characters', text: 'a\ud83db\udc4d', is: 'a\\u{d83d}b\\u{dc4d}' },
    { what: 'a long text', text: 'x'.repeat(21), is: `${'x'.repeat(19)}…`, max: 20 },
    { what: 'one that just fits', text: 'x'.repeat(20), is: 'x'.repeat(20), max: 20 },
    {
      what: 'one whose escapes are too long',
      text: '\x1b'.repeat(9),
      is: '\\u{1b}\\u{…',
      max: 10,
    },
    { what: 'a cut through a character', text: 'xx👍👍', is: 'xx👍…', max: 5 },
    { what: 'a cut through its second half', text: 'x👍👍', is: 'x👍…', max: 4 },
  ])('writes $what (I11)', ({ text, is, max = 100 }) => {
    expect(printable(text, max)).toBe(is);
  });

  it('never is longer than allowed, nor has anything that a terminal obeys (I11)', () => {
    const unit = fc.oneof(fc.integer({ max: 0xffff }), fc.constantFrom(0x1b, 0xd83d, 0xdc4d));
    const text = fc
      .array(unit.map((code) => String.fromCharCode(Math.abs(code))))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (given, max) => {
        const made = printable(given, max);
        expect(made.length).toBeLessThanOrEqual(max);
        expect(made).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
