/**
 * How much is kept here of the connections of other nodes that have joined targets of this one: their metadata, which a
 * leave in their place has again (D54). No node keeps more than so much of it here (D61).
 */
export class JoinSizes {
  /** By node, bytes, about. */
  readonly #kept = new Map<string, number>();
  /** Nodes of which it was told that one of their joins was too much. */
  readonly #told = new Set<string>();

  /** Takes metadata into account; gives how much it is, or `undefined`: it is too much. */
  take(node: string, metadata: unknown): number | undefined {
    const size = sizeOf(metadata, MAX_METADATA);
    const kept = (this.#kept.get(node) ?? 0) + size + CONNECTION;
    if (size > MAX_METADATA || kept > MAX_KEPT) return undefined;
    this.#kept.set(node, kept);
    return size;
  }

  giveBack(node: string, size: number): void {
    this.#kept.set(node, (this.#kept.get(node) ?? 0) - size - CONNECTION);
  }

  /** Whether it is the first join of a node that is too much. */
  tell(node: string): boolean {
    const isFirst = !this.#told.has(node);
    this.#told.add(node);
    return isFirst;
  }

  /** Whether there was one. */
  hasTold(node: string): boolean {
    return this.#told.has(node);
  }

  /** The node is lost. */
  forget(node: string): void {
    this.#kept.delete(node);
    this.#told.delete(node);
  }
}

/** About how much plain data is, at most a little more than `limit`; of anything else infinitely much, as metadata are plain (H9). */
function sizeOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + VALUE;
  if (typeof value !== 'object' || value === null) return VALUE;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return Infinity;
  let size = VALUE;
  for (const [key, each] of Object.entries(value)) {
    size += (Array.isArray(value) ? 0 : key.length) + sizeOf(each, limit - size);
    if (size > limit) break;
  }
  return size;
}

/** Bytes of the metadata of a connection, as its own node bounds them (H9). */
const MAX_METADATA = 256 * 1024;

/** Bytes of all of one node. */
const MAX_KEPT = 256 * 1024 * 1024;

/** About what a connection takes, and at least what a value does. */
const CONNECTION = 64;
const VALUE = 2;
