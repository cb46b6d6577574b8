/** Reads the frames of a server out of the pieces in which TCP brings them. */
export class FrameReader {
  /** What is left, and how long it has to be for the next frame: large ones are joined once. */
  #pieces: Buffer[] = [];
  #size = 0;
  #needed = 0;

  /** The frames that are whole with this piece. */
  read(chunk: Buffer): ServerFrame[] {
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return [];
    let rest = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    const frames: ServerFrame[] = [];
    let end = endOf(rest);
    for (; end <= rest.length; end = endOf(rest)) {
      frames.push({ opcode: at(rest, 0) & 15, payload: rest.subarray(headerOf(rest), end) });
      rest = rest.subarray(end);
    }
    this.#pieces = [rest];
    this.#size = rest.length;
    this.#needed = end;
    return frames;
  }
}

/** A frame that a server has sent; servers do not mask. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Where the first frame ends, as far as is known: while its header is not whole, behind the next byte. */
function endOf(bytes: Buffer): number {
  const header = headerOf(bytes);
  if (bytes.length < header) return bytes.length + 1;
  if (header === 2) return header + (at(bytes, 1) & 127);
  return header + (header === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)));
}

function headerOf(bytes: Buffer): number {
  const length = at(bytes, 1) & 127;
  return length < 126 ? 2 : length === 126 ? 4 : 10;
}

const at = (bytes: Buffer, index: number): number => bytes[index] ?? 0;
