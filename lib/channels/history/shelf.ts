/**
 * Entries in the order in which they came, of which any may go: then only a mark is set, and the list is made anew when
 * less than half of it is left. So each costs the same, wherever it stands.
 */
export class Shelf<T extends { readonly isGone: boolean }> {
  #items: T[] = [];
  /** Invariant: all items before it have gone. */
  #first = 0;
  #gone = 0;

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
  }

  /** One of them has gone. */
  gone(): void {
    this.#gone++;
    if (this.#gone < SPARE || this.#gone * 2 < this.#items.length) return;
    this.#items = this.#items.filter(({ isGone }) => !isGone);
    this.#first = 0;
    this.#gone = 0;
  }
}

/** So few are not worth a new list. */
const SPARE = 32;
