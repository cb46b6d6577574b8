import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readClose } from '../../lib/codec/index.js';
import { cutReason } from '../../lib/protocol/index.js';

describe('readClose', () => {
  it.each([
    { what: 'nothing', payload: undefined, code: 1000, reason: '' },
    { what: 'null', payload: null, code: 1000, reason: '' },
    { what: 'an empty object', payload: {}, code: 1000, reason: '' },
    { what: 'nulls', payload: { code: null, reason: null }, code: 1000, reason: '' },
    { what: 'a bare reason', payload: 'bye', code: 1000, reason: 'bye' },
    { what: 'a code', payload: { code: 4001 }, code: 4001, reason: '' },
    {
      what: 'code and reason',
      payload: { code: 1001, reason: 'moving' },
      code: 1001,
      reason: 'moving',
    },
    { what: 'a reason', payload: { reason: 'done' }, code: 1000, reason: 'done' },
  ])('reads $what (W4)', ({ payload, code, reason }) => {
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
    { what: 'ASCII', reason: 'x'.repeat(124), cut: 'x'.repeat(123) },
    { what: 'two bytes each', reason: 'é'.repeat(62), cut: 'é'.repeat(61) },
    { what: 'three bytes each', reason: '€'.repeat(42), cut: '€'.repeat(41) },
    { what: 'four bytes each', reason: '🎈'.repeat(31), cut: '🎈'.repeat(30) },
    { what: 'what just fits', reason: '€'.repeat(41), cut: '€'.repeat(41) },
  ])('cuts $what between code points (W5)', ({ reason, cut }) => {
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
