import { ALSO } from './layout.js';

/**
 * The bytes of an entry that has nothing but an address (D21), in half of the packer's time: a room writes one for each of
 * its members. `undefined` for an address that is long or not in ASCII, as that of no PID is.
 */
export function alsoBytes(to: string): Uint8Array | undefined {
  const { length } = to;
  if (length > 0xff) return undefined;
  // A text is short by its first byte, which has its length, or else that follows.
  const isShort = length < 0x20;
  const start = isShort ? 3 : 4;
  const bytes = Buffer.allocUnsafe(start + length);
  bytes[0] = ARRAY_OF_TWO;
  bytes[1] = ALSO;
  bytes[2] = isShort ? SHORT_TEXT + length : TEXT;
  if (!isShort) bytes[3] = length;
  for (let i = 0; i < length; i++) {
    const code = to.charCodeAt(i);
    if (code > 0x7f) return undefined;
    bytes[start + i] = code;
  }
  return bytes;
}

/** First bytes of MessagePack. */
const ARRAY_OF_TWO = 0x92;
const SHORT_TEXT = 0xa0;
const TEXT = 0xd9;
