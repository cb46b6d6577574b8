import fc from 'fast-check';
import { closing, type Frame, framesBytes } from './frames.js';

/** Streams of a client's frames, and the pieces in which they come. */

const text = fc.string({ unit: 'binary', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 200 });
const mask = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const control = fc.record({
  opcode: fc.constantFrom(9, 10),
  payload: fc.uint8Array({ maxLength: 125 }),
  mask,
});

/** A message in one frame or in fragments, with pings and pongs in between. */
const message: fc.Arbitrary<Frame[]> = fc
  .record({
    data: fc.oneof(
      text.map((data) => ({ opcode: 1, data: Buffer.from(data) })),
      bytes.map((data) => ({ opcode: 2, data: Buffer.from(data) })),
    ),
    cuts: fc.array(fc.nat(200), { maxLength: 4 }),
    mask,
    between: fc.option(control, { nil: undefined }),
    lengthBytes: fc.constantFrom(undefined, undefined, undefined, 8 as const),
  })
  .map(({ data: { opcode, data }, cuts, mask, between, lengthBytes }) => {
    const ends = [
      ...cuts.map((cut) => Math.min(cut, data.length)).sort((a, b) => a - b),
      data.length,
    ];
    return ends.flatMap((end, i): Frame[] => {
      const fragment = {
        opcode: i === 0 ? opcode : 0,
        fin: i === ends.length - 1,
        payload: data.subarray(ends[i - 1] ?? 0, end),
        mask,
        ...(lengthBytes && { lengthBytes }),
      };
      return i > 0 && between ? [between, fragment] : [fragment];
    });
  });

const goodbye: fc.Arbitrary<Frame> = fc.oneof(
  fc.constant({ opcode: 8 }),
  fc
    .tuple(
      fc.constantFrom(1000, 1001, 1003, 1011, 3000, 4999),
      fc.string({ unit: 'binary', maxLength: 30 }),
    )
    .map(([code, reason]) => closing(code, reason)),
);

/** A stream in which nothing is wrong. */
export const validFrames: fc.Arbitrary<Frame[]> = fc
  .tuple(fc.array(message, { maxLength: 5 }), fc.option(goodbye, { nil: undefined }))
  .map(([messages, end]) => [...messages.flat(), ...(end ? [end] : [])]);

/** What may be wrong with one frame. */
const wrong: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ rsv: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ opcode: fc.nat(15) }),
  fc.record({ fin: fc.boolean() }),
  fc.constant({ mask: null }),
  fc.record({ payload: fc.uint8Array({ maxLength: 130 }) }),
  fc.record({
    length: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    lengthBytes: fc.constant(8 as const),
  }),
  fc.record({ length: fc.bigInt({ min: 0n, max: 9_000n }), lengthBytes: fc.constant(2 as const) }),
  fc.record({ opcode: fc.constant(8), payload: fc.uint8Array({ maxLength: 4 }) }),
);

const mutated: fc.Arbitrary<Frame[]> = fc
  .tuple(validFrames, fc.nat(30), wrong)
  .map(([frames, at, change]) =>
    frames.length === 0
      ? [change]
      : frames.map((frame, i) => (i === at % frames.length ? { ...frame, ...change } : frame)),
  );

const soup: fc.Arbitrary<Frame[]> = fc.array(
  fc.oneof(
    control,
    wrong,
    message.map(([first = {}]) => first),
  ),
  { maxLength: 8 },
);

/** Bytes with something wrong somewhere: changed, lost, doubled or cut. */
const damaged: fc.Arbitrary<Buffer> = fc
  .tuple(
    validFrames.map((frames) => framesBytes(...frames)),
    fc.nat(600),
    fc.nat(255),
    fc.nat(3),
  )
  .map(([stream, place, byte, how]) => {
    const at = stream.length === 0 ? 0 : place % stream.length;
    const [head, tail] = [stream.subarray(0, at), stream.subarray(at)];
    if (how === 0) return Buffer.concat([head, Buffer.of(byte), tail.subarray(1)]);
    if (how === 1) return Buffer.concat([head, tail.subarray(1)]);
    if (how === 2) return Buffer.concat([head, Buffer.of(byte), tail]);
    return head;
  });

/** A stream of bytes that may be right or wrong in any way. */
export const anyStream: fc.Arbitrary<Buffer> = fc.oneof(
  validFrames.map((frames) => framesBytes(...frames)),
  mutated.map((frames) => framesBytes(...frames)),
  soup.map((frames) => framesBytes(...frames)),
  damaged,
  fc.uint8Array({ maxLength: 60 }).map((data) => Buffer.from(data)),
);

/** The sizes of the pieces in which bytes come, used again and again. */
export const sizes: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 400 })),
  { minLength: 1, maxLength: 6 },
);

/** Cuts bytes into pieces. */
export function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + (sizes[cut.length % sizes.length] as number);
    cut.push(bytes.subarray(at, end));
    at = end;
  }
  return cut;
}
