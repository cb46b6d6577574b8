/**
 * Keeps what has come of a message small in memory, after a further piece was added: a piece does not keep
 * the whole chunk alive that it was read in, and there are never many pieces, each of which would weigh
 * about 95 bytes beside its content.
 *
 * When there are too many, the last ones are joined: as long as the piece before is not larger than all
 * that is joined already. So every byte is copied a few times only, however small the pieces come.
 */
export function compact(pieces: Buffer[]): void {
  const last = pieces.length - 1;
  if (last < 0) return;
  if (last < MANY) {
    pieces[last] = detached(pieces[last] as Buffer);
    return;
  }
  let from = last;
  let size = (pieces[from] as Buffer).length;
  while (from > 0 && (pieces[from - 1] as Buffer).length <= size) {
    size += (pieces[--from] as Buffer).length;
  }
  const joined = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const piece of pieces.splice(from)) at += piece.copy(joined, at);
  pieces.push(joined);
}

/** The bytes themselves, copied if they would keep much more alive than they are. */
export function detached(bytes: Buffer): Buffer {
  if (bytes.length * WASTE >= bytes.buffer.byteLength) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

/** So many pieces may wait before they are joined. */
const MANY = 64;

/** A part of a chunk may keep alive up to so many times its own size. */
const WASTE = 4;
