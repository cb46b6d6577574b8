/**
 * A first-in-first-out queue in a ring that grows: both ends take constant time.
 *
 * The room `collections` has data structures that know nothing of processes: begin here; `few.ts` is a set
 * that costs nothing while it has at most one element.
 */
export class Fifo<T> {
  // Invariant: the capacity is a power of two, and the elements are at head … head + size - 1, each
  // index modulo the capacity. Free slots are undefined, so that no element stays in memory once taken.
  #ring: (T | undefined)[] = new Array(SMALL).fill(undefined);
  #head = 0;
  readonly #keep: number;
  size = 0;

  /** @param keep a ring with more slots than this is replaced by a small one once it is empty */
  constructor(keep: number) {
    this.#keep = keep;
  }

  push(value: T): void {
    if (this.size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.size++) & (this.#ring.length - 1)] = value;
  }

  /** Takes the first element. Call it only while `size > 0`. */
  shift(): T {
    const value = this.#ring[this.#head] as T;
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    if (--this.size === 0 && this.#ring.length > this.#keep) {
      this.#ring = new Array(SMALL).fill(undefined);
      this.#head = 0;
    }
    return value;
  }

  peek(): T | undefined {
    return this.#ring[this.#head];
  }

  has(value: T & object): boolean {
    return this.#ring.includes(value);
  }

  /** Takes out the first element that `wanted` accepts; in constant time if it is the very first. */
  extractFirst(wanted: (value: T) => boolean): T | undefined {
    if (this.size > 0 && wanted(this.#ring[this.#head] as T)) return this.shift();
    let found = false;
    const [first] = this.extract((value) => {
      if (found || !wanted(value)) return false;
      found = true;
      return true;
    });
    return first;
  }

  /** Takes out every element that `wanted` accepts, in order. */
  extract(wanted: (value: T) => boolean): T[] {
    const taken: T[] = [];
    for (let left = this.size; left > 0; left--) {
      const value = this.shift();
      if (wanted(value)) taken.push(value);
      else this.push(value);
    }
    return taken;
  }

  /** Inserts elements in their order, each before the first element that it is `ahead` of. */
  merge(values: readonly T[], ahead: (value: T, other: T) => boolean): void {
    const others = this.extract(() => true);
    let next = 0;
    for (const value of values) {
      for (; next < others.length && !ahead(value, others[next] as T); next++) {
        this.push(others[next] as T);
      }
      this.push(value);
    }
    for (const other of others.slice(next)) this.push(other);
  }

  #grow(): void {
    const { length } = this.#ring;
    // The elements must begin at index 0 before the ring gets its second half.
    const unrolled = this.#ring.slice(this.#head).concat(this.#ring.slice(0, this.#head));
    unrolled.length = length * 2;
    this.#ring = unrolled.fill(undefined, length);
    this.#head = 0;
  }
}

const SMALL = 16;
