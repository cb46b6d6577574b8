/**
 * One message between two nodes as bytes: a header of 24 bytes, and entries one behind the other (D19).
 *
 * | Byte | |
 * |---|---|
 * | 0, 1, 2–3 | version, flags, zero |
 * | 4–7, 8–11 | tags of the sender and of the receiver; the latter is 0 where it is not known |
 * | 12–17, 18–23 | number and acknowledgement |
 */
export interface Frame extends Header {
  /** Entries, a piece of one, or what a node says of itself; a view of the bytes that have come. */
  readonly body: Uint8Array;
}

/** What stands before the body. */
export interface Header {
  /** Sum of `Flag`s. */
  readonly flags: number;
  readonly from: number;
  readonly to: number;
  /** From 1; where `ackOnly` is set, see `Flag`. */
  readonly number: number;
  /** The last number of the other direction that was delivered. */
  readonly ack: number;
}

/** What a frame is; without a flag it has entries. */
export const Flag = {
  /** Says who its sender is, to a peer whose tag is not known. */
  hello: 1,
  /** The same, to a peer whose tag is known. */
  welcome: 2,
  /** With `ackOnly`: send again everything from `number` on. */
  again: 4,
  /** Has no body and no number of its own: 0, or, to ask for an acknowledgement, the last number that was sent. */
  ackOnly: 8,
  /** The body goes on in the next frame. */
  more: 16,
  /** The sender leaves, and nothing follows. */
  bye: 32,
} as const;

/** Bytes of the header. */
export const HEADER = 24;

const VERSION = 1;

/** The combinations of flags that mean something. */
const KINDS: ReadonlySet<number> = new Set([
  0,
  Flag.hello,
  Flag.welcome,
  Flag.ackOnly,
  Flag.ackOnly + Flag.again,
  Flag.more,
  Flag.bye,
]);

/** Joins a header and the parts of a body, which are `size` bytes together. */
export function encodeFrame(
  header: Header,
  parts: readonly Uint8Array[] = [],
  size = 0,
): Uint8Array {
  const frame = Buffer.allocUnsafe(HEADER + size);
  frame.writeUInt32BE(VERSION * 0x1000000 + header.flags * 0x10000, 0);
  frame.writeUInt32BE(header.from, 4);
  frame.writeUInt32BE(header.to, 8);
  frame.writeUIntBE(header.number, 12, 6);
  frame.writeUIntBE(header.ack, 18, 6);
  let at = HEADER;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

/** Reads a frame; `undefined` for bytes that are none. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < HEADER || bytes[0] !== VERSION) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const frame: Frame = {
    flags: view.readUInt8(1),
    from: view.readUInt32BE(4),
    to: view.readUInt32BE(8),
    number: view.readUIntBE(12, 6),
    ack: view.readUIntBE(18, 6),
    body: bytes.subarray(HEADER),
  };
  return view.readUInt16BE(2) === 0 && makesSense(frame) ? frame : undefined;
}

function makesSense({ flags, from, to, number, body }: Frame): boolean {
  if (!KINDS.has(flags) || from === 0) return false;
  if (flags === Flag.hello) return to === 0;
  if (to === 0) return false;
  if (flags === Flag.welcome) return true;
  return (flags & Flag.ackOnly) !== 0 ? body.length === 0 : number > 0;
}

/** Whether bytes, if they are a frame, say who their sender is. */
export function isGreeting(bytes: Uint8Array): boolean {
  return ((bytes[1] ?? 0) & (Flag.hello | Flag.welcome)) !== 0;
}
