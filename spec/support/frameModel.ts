import { isCloseCode } from './frames.js';

/** What a correct server makes of a client's bytes. */
export interface Verdict {
  /** The messages that it delivers: all, in order, and nothing else. */
  readonly messages: readonly (string | Uint8Array)[];
  /**
   * The ends that RFC 6455 allows, each with the code of the server's close frame (none: `undefined`) and what
   * the target hears. Where two things are wrong at once, either may be the first that a server sees.
   */
  readonly ends: readonly End[];
}

export interface End {
  readonly code: number | undefined;
  readonly leave: string;
}

/** Reads a stream of frames to its end, or to its first fault. */
export function judge(bytes: Buffer, maxPayload: number): Verdict {
  const reader = new Reader(maxPayload);
  let rest = bytes;
  while (reader.ends === undefined) {
    const header = headerOf(rest);
    if (header === undefined) break;
    reader.head(header);
    if (reader.ends !== undefined || header.size === undefined || header.mask === undefined) break;
    const end = header.start + Number(header.size);
    if (rest.length < end) break;
    reader.payload(header, unmasked(rest.subarray(header.start, end), header.mask));
    rest = rest.subarray(end);
  }
  return { messages: reader.messages, ends: reader.ends ?? [LOST, ...reader.doubts] };
}

const LOST: End = { code: undefined, leave: 'connection lost' };
const REASONS: Readonly<Record<number, string>> = {
  1002: 'protocol error',
  1007: 'invalid payload',
  1009: 'message too big',
};
const fault = (code: number): End => ({ code, leave: REASONS[code] as string });

interface Header {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly isMasked: boolean;
  /** The first seven bits of the length. */
  readonly short: number;
  /** `undefined` while its bytes have not come. */
  readonly size: bigint | undefined;
  /** `undefined` while its bytes have not come. */
  readonly mask: Buffer | undefined;
  /** Where the payload begins. */
  readonly start: number;
}

function headerOf(bytes: Buffer): Header | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  const isSized = bytes.length >= start;
  const long = (): bigint =>
    start === 4 ? BigInt(bytes.readUInt16BE(2)) : bytes.readBigUInt64BE(2);
  return {
    fin: first >= 128,
    rsv: (first >> 4) & 7,
    opcode: first & 15,
    isMasked: second >= 128,
    short,
    size: isSized ? (start === 2 ? BigInt(short) : long()) : undefined,
    mask: bytes.length >= start + 4 ? bytes.subarray(start, start + 4) : undefined,
    start: start + 4,
  };
}

const unmasked = (payload: Buffer, mask: Buffer): Buffer =>
  Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)));

/** The state of a server between frames. */
class Reader {
  readonly messages: (string | Uint8Array)[] = [];
  ends: readonly End[] | undefined;
  /** The message of which fragments have come: its opcode, and its bytes. */
  #open: { readonly opcode: number; bytes: Buffer } | undefined;
  readonly #maxPayload: bigint;

  constructor(maxPayload: number) {
    this.#maxPayload = BigInt(maxPayload);
  }

  /** A server may look at text as it comes, or when the message is whole. */
  get doubts(): readonly End[] {
    return this.#open?.opcode === 1 && decode(this.#open.bytes, true) === undefined
      ? [fault(1007)]
      : [];
  }

  head(header: Header): void {
    const codes = [...this.#framing(header), ...this.#sizing(header)];
    if (codes.length > 0) this.ends = [...codes.map(fault), ...this.doubts];
  }

  #framing({ rsv, opcode, isMasked, fin, short }: Header): number[] {
    const isControl = opcode >= 8;
    const isBroken =
      rsv !== 0 ||
      !isMasked ||
      ![0, 1, 2, 8, 9, 10].includes(opcode) ||
      (isControl && (!fin || short > 125)) ||
      (opcode === 8 && short === 1) ||
      (opcode === 0 && this.#open === undefined) ||
      ((opcode === 1 || opcode === 2) && this.#open !== undefined);
    return isBroken ? [1002] : [];
  }

  #sizing({ opcode, size = 0n }: Header): number[] {
    if (size >= 2n ** 63n) return [1002, 1009];
    const before = BigInt(this.#open?.bytes.length ?? 0);
    return opcode < 8 && size > 0n && before + size > this.#maxPayload ? [1009] : [];
  }

  payload({ opcode, fin }: Header, payload: Buffer): void {
    if (opcode === 8) this.#close(payload);
    if (opcode >= 8) return;
    const message = this.#open ?? { opcode, bytes: Buffer.alloc(0) };
    message.bytes = Buffer.concat([message.bytes, payload]);
    this.#open = fin ? undefined : message;
    if (fin) this.#deliver(message.opcode, message.bytes);
  }

  #deliver(opcode: number, bytes: Buffer): void {
    const data = opcode === 2 ? new Uint8Array(bytes) : decode(bytes);
    if (data === undefined) this.ends = [fault(1007)];
    else this.messages.push(data);
  }

  #close(payload: Buffer): void {
    const code = payload.length === 0 ? 1005 : payload.readUInt16BE(0);
    const reason = decode(payload.subarray(2));
    const faults: End[] = [];
    if (code !== 1005 || payload.length > 0) {
      if (!isCloseCode(code)) faults.push(fault(1002));
      if (reason === undefined) faults.push(fault(1007));
    }
    const left = { code, leave: reason === '' ? 'client closed' : (reason as string) };
    this.ends = [...(faults.length > 0 ? faults : [left]), ...this.doubts];
  }
}

/** Text, or `undefined` where it is none; what is cut off at the end may still become one. */
function decode(bytes: Buffer, isCut = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: isCut,
    });
  } catch {
    return undefined;
  }
}
