import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPid, isPid, parsePid } from '../../lib/core/index.js';

describe('parsePid', () => {
  it.each([
    ['{main|0x00001}', { host: 'main', uniq: '0x00001' }],
    ['{app@main|0x00001}', { node: 'app', host: 'main', uniq: '0x00001' }],
    ['{a@b@c|x}', { node: 'a', host: 'b@c', uniq: 'x' }],
    ['{app:processes|1}', { host: 'app:processes', uniq: '1' }],
  ])('reads %s, the first @ before the first | splitting node from host (P2)', (text, parts) => {
    expect(parsePid(text)).toEqual(parts);
  });

  it.each([
    ['', 'missing braces'],
    ['{}', 'missing braces'],
    ['main|0x00001', 'missing braces'],
    ['{main|0x00001', 'missing braces'],
    ['main|0x00001}', 'missing braces'],
    ['{main}', 'missing pipe'],
    ['{ma@in}', 'missing pipe'],
  ])('refuses %j: %s (P2)', (text, why) => {
    expect(() => parsePid(text)).toThrow(
      expect.objectContaining({
        code: 'Invalid',
        retryable: false,
        message: expect.stringContaining(why),
      }),
    );
  });

  it.each([
    ['{|}', 'empty host'],
    ['{@main|1}', 'empty node'],
    ['{n@|1}', 'empty host'],
    ['{|1}', 'empty host'],
    ['{main|}', 'empty uniq'],
    ['{n@h|ns:name|1}', 'illegal character'],
    ['{ma{in|1}', 'illegal character'],
    ['{main|1}}', 'illegal character'],
    ['{ma in|1}', 'illegal character'],
    ['{main|1\n}', 'illegal character'],
    ['{main|\u0000}', 'illegal character'],
    ['{ma\u0085in|1}', 'illegal character'],
    [`{main|${'1'.repeat(250)}}`, 'longer than 256'],
  ])('refuses %j, a second text for some process: %s (P3)', (text, why) => {
    expect(() => parsePid(text)).toThrow(why);
    expect(isPid(text)).toBe(false);
  });

  it('takes 256 characters (P3)', () => {
    expect(parsePid(`{main|${'1'.repeat(249)}}`).host).toBe('main');
  });

  it.each([undefined, null, 1, {}, ['{main|1}']])('refuses %p, which is no text (P2)', (value) => {
    expect(() => parsePid(value as string)).toThrow('not a string');
    expect(isPid(value)).toBe(false);
  });

  it('is the inverse of formatPid, and reads no second text for the same parts (P4)', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.option(part, { nil: undefined }), part, part, (node, host, uniq) => {
        const text = node === undefined ? `{${host}|${uniq}}` : `{${node}@${host}|${uniq}}`;
        if (isPid(text)) expect(formatPid(parsePid(text))).toBe(text);
      }),
    );
  });

  it('never throws anything but Invalid (P2)', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '|', '@', 'a', ' ') }), (text) => {
        try {
          parsePid(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProcessError', code: 'Invalid' });
        }
      }),
    );
  });
});
