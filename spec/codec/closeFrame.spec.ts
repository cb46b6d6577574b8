import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutReason, readClose } from '../../lib/codec/index.js';

describe('readClose', () => {
  it.each([
    ['nothing', undefined, 1000, ''],
    ['null', null, 1000, ''],
    ['an empty object', {}, 1000, ''],
    ['nulls', { code: null, reason: null }, 1000, ''],
    ['a bare reason', 'bye', 1000, 'bye'],
    ['a code', { code: 4001 }, 4001, ''],
    ['code and reason', { code: 1001, reason: 'moving' }, 1001, 'moving'],
    ['a reason', { reason: 'done' }, 1000, 'done'],
  ])('reads %s (W4)', (_what, payload, code, reason) => {
    expect(readClose(payload)).toEqual({ code, reason, valid: true });
  });

  it.each([1000, 1001, 1002, 1003, 1007, 1010, 1014, 3000, 4999])('takes code %p (W4)', (code) => {
    expect(readClose({ code })).toEqual({ code, reason: '', valid: true });
  });

  it.each([
    1004,
    1005,
    1006,
    1015,
    1016,
    999,
    0,
    -1,
    2999,
    5000,
    1000.5,
    Number.NaN,
    '1000',
    true,
    {},
  ])('closes with 1011 for code %p (W4)', (code) => {
    expect(readClose({ code, reason: 'r' })).toEqual({ code: 1011, reason: 'r', valid: false });
  });

  it.each([42, true, Symbol('s')])('closes with 1011 for the payload %p (W4)', (payload) => {
    expect(readClose(payload)).toEqual({ code: 1011, reason: '', valid: false });
  });

  it('keeps the code when only the reason is wrong', () => {
    expect(readClose({ code: 4000, reason: 7 })).toEqual({ code: 4000, reason: '', valid: false });
  });

  it('cuts the reason (W5)', () => {
    expect(readClose('x'.repeat(200)).reason).toBe('x'.repeat(123));
    expect(readClose({ reason: 'x'.repeat(200) }).reason).toHaveLength(123);
  });
});

describe('cutReason', () => {
  it.each([
    ['ASCII', 'x'.repeat(124), 'x'.repeat(123)],
    ['two bytes each', 'é'.repeat(62), 'é'.repeat(61)],
    ['three bytes each', '€'.repeat(42), '€'.repeat(41)],
    ['four bytes each', '🎈'.repeat(31), '🎈'.repeat(30)],
    ['what just fits', '€'.repeat(41), '€'.repeat(41)],
  ])('cuts %s between code points (W5)', (_what, reason, cut) => {
    expect(cutReason(reason)).toBe(cut);
  });

  it('is the longest prefix of whole code points that fits (W5)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (reason) => {
        const cut = cutReason(reason);
        const rest = [...reason.slice(cut.length)];

        expect(reason.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(123);
        if (rest[0] !== undefined) expect(Buffer.byteLength(cut + rest[0])).toBeGreaterThan(123);
      }),
    );
  });

  it('takes a getter that throws for malformed (W4)', () => {
    const payload = {
      get code(): number {
        throw new Error('boom');
      },
    };
    expect(readClose(payload)).toEqual({ code: 1011, reason: '', valid: false });
  });
});
