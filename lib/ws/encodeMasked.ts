import { randomFillSync } from 'node:crypto';
import { constants, deflateRawSync } from 'node:zlib';
import { BINARY, frameFor, TEXT } from './encodeFrame.js';

/**
 * Encodes one frame of a client, whose payload is masked with bytes that nobody can foresee (RFC 6455 §5.3), so that
 * what an application sends cannot be read as a request by a proxy on the way. A payload of `threshold` bytes or more
 * is compressed where that makes it smaller, each by itself, which any server that has agreed to the extension reads
 * (RFC 7692 §7.2.1).
 */
export function encodeMasked(data: string | Uint8Array, threshold: number): Buffer {
  const first = typeof data === 'string' ? TEXT : BINARY;
  const size = Buffer.byteLength(data);
  if (size >= threshold) {
    const small = deflated(data);
    if (small.length < size) return masked(first | COMPRESSED, small, small.length);
  }
  return masked(first, data, size);
}

function masked(first: number, data: string | Uint8Array, size: number): Buffer {
  const frame = frameFor(first, size, MASK_BYTES);
  const from = frame.length - size;
  if (typeof data === 'string') frame.write(data, from);
  else frame.set(data, from);
  const mask = nextMask();
  frame.set(mask, from - MASK_BYTES);
  // Four at a time, without a look at the mask for each byte.
  const [a, b, c, d] = mask as unknown as readonly [number, number, number, number];
  let at = from;
  for (; at + 3 < frame.length; at += 4) {
    (frame[at] as number) ^= a;
    (frame[at + 1] as number) ^= b;
    (frame[at + 2] as number) ^= c;
    (frame[at + 3] as number) ^= d;
  }
  for (let i = 0; at < frame.length; at++, i++) (frame[at] as number) ^= mask[i] as number;
  return frame;
}

/** The payload of a compressed message: what `flush` gives, without its last four bytes, which are always the same. */
function deflated(data: string | Uint8Array): Uint8Array {
  const flushed = deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH });
  return flushed.subarray(0, -4);
}

/** RSV1, which says that a message is compressed. */
const COMPRESSED = 0x40;
const MASK_BYTES = 4;

/** Random bytes for the next masks: one call to the operating system for very many. */
const pool = Buffer.alloc(8_192);
let used = pool.length;

function nextMask(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += MASK_BYTES;
  return pool.subarray(used - MASK_BYTES, used);
}
