/** A frame, whatever is wrong with it: what a client of RFC 6455 sends unless fields say otherwise. */
export interface Frame {
  /** Default 1, text. */
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  /** Default true. */
  readonly fin?: boolean;
  /** The three reserved bits as a number: 4 is RSV1. Default 0. */
  readonly rsv?: number;
  /** The key; `null`: not masked. */
  readonly mask?: readonly number[] | null;
  /** How many bytes tell the length beside the first: 0, 2 or 8. Default as few as possible. */
  readonly lengthBytes?: 0 | 2 | 8;
  /** What is said of the length, instead of the truth. */
  readonly length?: bigint;
}

const MASK = [0x12, 0x34, 0x56, 0x78];

/** The bytes of a frame. */
export function frameBytes(frame: Frame = {}): Buffer {
  const { opcode = 1, payload = '', fin = true, rsv = 0, mask = MASK } = frame;
  const data = Buffer.from(payload as string);
  const { length = BigInt(data.length) } = frame;
  const { lengthBytes = length < 126n ? 0 : length < 65_536n ? 2 : 8 } = frame;
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const short = lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127;
  head[1] = (mask === null ? 0 : 0x80) | short;
  if (lengthBytes === 2) head.writeUInt16BE(Number(length), 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(length, 2);
  if (mask === null) return Buffer.concat([head, data]);
  return Buffer.concat([head, Buffer.from(mask), data.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}

/** The bytes of several, one behind the other. */
export const framesBytes = (...frames: readonly Frame[]): Buffer =>
  Buffer.concat(frames.map(frameBytes));

/** The payload of a close frame. */
export function closePayload(code: number, reason: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason as string)]);
}

/** A close frame of a client. */
export const closing = (code: number, reason?: string | Uint8Array): Frame => ({
  opcode: 8,
  payload: closePayload(code, reason),
});

/** The codes that a close frame may carry (W4). */
export const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
  (code >= 3000 && code <= 4999);
