import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bodiesOf } from '../../../lib/cluster/wire/bodiesOf.js';
import { decodeFrame, encodeFrame, Flag, HEADER } from '../../../lib/cluster/wire/frame.js';

const tag = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const number = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2 ** 48 - 1 }));

/** A frame that is right, with some bytes of it replaced. */
const frameWith = (bytes: Record<number, number>): Uint8Array => {
  const header = { flags: 0, from: 1, to: 2, number: 3, ack: 4 };
  const frame = encodeFrame(header, [Buffer.from('x')], 1);
  for (const [at, byte] of Object.entries(bytes)) frame[Number(at)] = byte;
  return frame;
};

describe('a frame', () => {
  it('has a header of 24 bytes and its entries one behind the other (D19)', () => {
    const header = {
      flags: Flag.more,
      from: 0x01020304,
      to: 0xfffefdfc,
      number: 258,
      ack: 2 ** 40,
    };
    const frame = encodeFrame(header, [Buffer.from('ab'), Buffer.from('c')], 3);

    expect(Buffer.from(frame).toString('hex')).toBe(
      '01100000' + '01020304' + 'fffefdfc' + '000000000102' + '010000000000' + '616263',
    );
  });

  it('comes back as it was (D19)', () => {
    const flags = fc.constantFrom(0, Flag.more, Flag.bye, Flag.welcome);
    const frame = fc.record({ flags, from: tag, to: tag, number, ack: number });
    fc.assert(
      fc.property(frame, fc.uint8Array(), (header, body) => {
        const decoded = decodeFrame(encodeFrame(header, [body], body.length));

        expect({ ...decoded, body: [...(decoded?.body ?? [])] }).toEqual({
          ...header,
          body: [...body],
        });
      }),
    );
  });

  it('is read where it stands within other bytes (D19)', () => {
    const bytes = new Uint8Array(50);
    bytes.set(frameWith({}), 7);

    expect(decodeFrame(bytes.subarray(7, 32))).toMatchObject({ from: 1, number: 3, ack: 4 });
  });

  it.each([
    { what: 'another version', bytes: frameWith({ 0: 2 }) },
    { what: 'a bit that means nothing', bytes: frameWith({ 1: 64 }) },
    { what: 'flags that contradict each other', bytes: frameWith({ 1: Flag.hello + Flag.bye }) },
    { what: 'a byte that is to be zero', bytes: frameWith({ 3: 1 }) },
    { what: 'no sender', bytes: frameWith({ 7: 0 }) },
    { what: 'no receiver', bytes: frameWith({ 11: 0 }) },
    { what: 'a hello to somebody known', bytes: frameWith({ 1: Flag.hello }) },
    { what: 'entries without a number', bytes: frameWith({ 17: 0 }) },
    { what: 'an acknowledgement alone, with a body', bytes: frameWith({ 1: Flag.ackOnly }) },
    { what: 'less than a header', bytes: frameWith({}).subarray(0, HEADER - 1) },
    { what: 'nothing', bytes: new Uint8Array() },
  ])('is none with $what (D26)', ({ bytes }) => {
    expect(decodeFrame(frameWith({}))).toBeDefined();
    expect(decodeFrame(bytes)).toBeUndefined();
  });

  it('is never an error, whatever bytes there are (D26)', () => {
    const damage = fc.dictionary(fc.nat(30).map(String), fc.nat(255));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), damage.map(frameWith)), (bytes) => {
        const frame = decodeFrame(bytes);
        expect(frame === undefined || frame.from > 0).toBe(true);
      }),
    );
  });
});

describe('bodiesOf', () => {
  it('joins what fits, and cuts what does not, in order (D22)', () => {
    const entries = fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }));
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 20 }), (all, max) => {
        const bodies = bodiesOf(all, max);
        const sizes = bodies.map(({ parts }) => Buffer.concat(parts).length);

        expect(Buffer.concat(bodies.flatMap(({ parts }) => parts))).toEqual(Buffer.concat(all));
        expect(bodies.map(({ size }) => size)).toEqual(sizes);
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(max);
        expect(bodies.reduce((sum, body) => sum + body.entries, 0)).toBe(all.length);
      }),
    );
  });

  it.each([
    { entries: [], bodies: [] },
    { entries: ['ab', 'cd'], bodies: ['abcd 2'] },
    { entries: ['ab', 'cd', 'e'], bodies: ['abcd 2', 'e 1'] },
    { entries: ['abcd'], bodies: ['abcd 1'] },
    { entries: ['a', 'bcdefghij', 'k'], bodies: ['a 1', 'bcde… 0', 'fghi… 0', 'j 1', 'k 1'] },
    { entries: ['abcdefgh'], bodies: ['abcd… 0', 'efgh 1'] },
  ])('makes $bodies of $entries where four bytes fit (D22)', ({ entries, bodies }) => {
    const bytes = entries.map((entry) => Buffer.from(entry));
    const texts = bodiesOf(bytes, 4).map(
      (body) => `${Buffer.concat(body.parts)}${body.more ? '…' : ''} ${body.entries}`,
    );

    expect(texts).toEqual(bodies);
  });
});
