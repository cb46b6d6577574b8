// What a misbehaving client sends, over and over: each about 64 KiB, or one frame if that is larger.
import { clientFrame, opcode } from './wire.js';

/** A masked frame with a key of zeros, whose payload is zeros as well. */
function frame(first: number, size: number): Buffer {
  const length = size < 126 ? 2 : 10;
  const bytes = Buffer.alloc(length + 4 + size);
  bytes[0] = first;
  bytes[1] = 0x80 | (size < 126 ? size : 127);
  if (length === 10) bytes.writeUInt32BE(size, 6);
  return bytes;
}

const many = (...frames: Buffer[]): Buffer => {
  const one = Buffer.concat(frames);
  return Buffer.concat(Array<Buffer>(Math.max(1, Math.floor(65_536 / one.length))).fill(one));
};

/** Empty fragments, as many to a message as the relay takes. */
const message = [frame(0x01, 0), ...Array<Buffer>(1_022).fill(frame(0x00, 0)), frame(0x80, 0)];

export const floods = {
  bytes: () => many(clientFrame(opcode.text, Buffer.from('x'))),
  mebibytes: () => frame(0x82, 1024 * 1024),
  fragments: () => many(...message),
  pings: () => many(clientFrame(opcode.ping, Buffer.alloc(0))),
  pongs: () => many(clientFrame(opcode.pong, Buffer.alloc(0))),
} as const;

export type FloodKind = keyof typeof floods;
