/** Encodes one unmasked frame, header and payload in one buffer: text for a string, binary for bytes. */
export function encodeFrame(data: string | Uint8Array): Buffer {
  if (typeof data !== 'string') {
    const frame = frameFor(BINARY, data.byteLength);
    frame.set(data, frame.length - data.byteLength);
    return frame;
  }
  if (lastText === data && lastFrame !== undefined) return lastFrame;
  if (otherText === data && otherFrame !== undefined) return otherFrame;
  const size = Buffer.byteLength(data);
  const frame = frameFor(TEXT, size);
  frame.write(data, frame.length - size);
  otherText = lastText;
  otherFrame = lastFrame;
  lastText = data;
  lastFrame = frame;
  return frame;
}

/** The first byte of an unfragmented frame: FIN and the opcode (RFC 6455 §5.2). */
export const TEXT = 0x81;
export const BINARY = 0x82;

/**
 * The last text and its frame: if the same text is sent to many clients in a loop, it is encoded once. The other one
 * is what came before: the clients of a channel may speak two dialects, in any order. Only text is remembered,
 * because bytes could be changed between two sends.
 */
let lastText: string | undefined;
let lastFrame: Buffer | undefined;
let otherText: string | undefined;
let otherFrame: Buffer | undefined;

/** Forgets these frames, so that their memory is free while nothing is sent. */
export function forgetFrame(): void {
  lastText = undefined;
  lastFrame = undefined;
  otherText = undefined;
  otherFrame = undefined;
}

/** A buffer for the whole frame, in which the header is written already, but for the mask (RFC 6455 §5.2). */
export function frameFor(first: number, size: number, maskBytes = 0): Buffer {
  const length = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(length + maskBytes + size);
  const second = maskBytes > 0 ? 0x80 : 0;
  frame[0] = first;
  if (length === 2) frame[1] = second | size;
  else if (length === 4) {
    frame[1] = second | 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = second | 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(size, 6);
  }
  return frame;
}
