/** Reads the frames of a server out of the pieces in which TCP brings them. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole with this piece. */
  read(chunk: Buffer): ServerFrame[] {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: ServerFrame[] = [];
    for (let end = endOf(rest); end <= rest.length; end = endOf(rest)) {
      frames.push({ opcode: at(rest, 0) & 15, payload: rest.subarray(headerOf(rest), end) });
      rest = rest.subarray(end);
    }
    this.#rest = rest;
    return frames;
  }
}

/** A frame that a server has sent; servers do not mask. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Where the first frame ends; Infinity while its header is not whole. */
function endOf(bytes: Buffer): number {
  const header = headerOf(bytes);
  if (bytes.length < header) return Number.POSITIVE_INFINITY;
  if (header === 2) return header + (at(bytes, 1) & 127);
  return header + (header === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)));
}

function headerOf(bytes: Buffer): number {
  const length = at(bytes, 1) & 127;
  return length < 126 ? 2 : length === 126 ? 4 : 10;
}

const at = (bytes: Buffer, index: number): number => bytes[index] ?? 0;
