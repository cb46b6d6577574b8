import { randomBytes } from 'node:crypto';

/**
 * Encodes a frame as a client sends it: masked, by a key of its own (RFC 6455 §5.2).
 *
 * @param isFinal whether no further fragment of the message follows
 */
export function clientFrame(
  opcode: number,
  data: string | Uint8Array = '',
  isFinal = true,
): Buffer {
  const payload = typeof data === 'string' ? Buffer.from(data) : data;
  const size = payload.length;
  const extra = size < 126 ? 0 : size < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + extra + size);
  frame[0] = (isFinal ? 0x80 : 0) | opcode;
  frame[1] = 0x80 | (extra === 0 ? size : extra === 2 ? 126 : 127);
  if (extra === 2) frame.writeUInt16BE(size, 2);
  if (extra === 8) frame.writeBigUInt64BE(BigInt(size), 2);
  const mask = randomBytes(4);
  frame.set(mask, 2 + extra);
  const start = 6 + extra;
  for (let i = 0; i < size; i++) frame[start + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
  return frame;
}

/** What a frame is (RFC 6455 §5.2). */
export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
