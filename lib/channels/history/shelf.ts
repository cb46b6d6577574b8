/**
 * Entries in the order in which they came, of which any may go: then only a mark is set, and the list is made anew when
 * less than half of it is left. So each costs the same, wherever it stands. What counts is their size, because those that
 * have gone are in memory until then.
 */
export class Shelf<T extends Shelved> {
  #items: T[] = [];
  /** Invariant: all items before it have gone. */
  #first = 0;
  #gone = 0;
  /** Of all items, and of those that have gone. */
  #weight = 0;
  #goneWeight = 0;

  /** How many are left. */
  get size(): number {
    return this.#items.length - this.#gone;
  }

  /** Those that are left, and some that have gone. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** The oldest that is left. */
  get oldest(): T | undefined {
    while (this.#items[this.#first]?.isGone) this.#first++;
    return this.#items[this.#first];
  }

  push(item: T): void {
    this.#items.push(item);
    this.#weight += weightOf(item);
  }

  /** One of them has gone. */
  gone(item: T): void {
    this.#gone++;
    this.#goneWeight += weightOf(item);
    if (this.#goneWeight * 2 < this.#weight) return;
    this.#items = this.#items.filter(({ isGone }) => !isGone);
    this.#weight -= this.#goneWeight;
    this.#first = 0;
    this.#gone = 0;
    this.#goneWeight = 0;
  }
}

/** Something that may go. */
interface Shelved {
  readonly isGone: boolean;
  /** Bytes of its text. */
  readonly size: number;
}

/** What an item takes of the memory, about; the least of it pays for its part in making the list anew. */
const weightOf = ({ size }: Shelved): number => size + 128;
