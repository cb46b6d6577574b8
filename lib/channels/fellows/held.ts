/**
 * What a node has sent to a channel and that has no place yet, in its order, each with a count that rises: it is sent again
 * to the next home, which knows by the count what it has already.
 */
export class Held<T extends Countable> {
  #items: T[] = [];
  #bytes = 0;
  /** How many of them were sent to the present home. */
  #sent = 0;

  /** `budget`: what all channels of a node hold together. */
  constructor(
    readonly budget: Budget,
    readonly limits: HeldLimits = LIMITS,
  ) {}

  get size(): number {
    return this.#items.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes one more; `false`: there are too many. */
  add(item: T): boolean {
    const { count, bytes } = this.limits;
    const isTooMuch = this.#bytes > 0 && this.#bytes + item.size > bytes;
    if (this.size >= count || isTooMuch || !this.budget.take(item.size)) return false;
    this.#items.push(item);
    this.#bytes += item.size;
    return true;
  }

  /** Sends what was not sent yet, as long as it is taken; `false`: some is left. */
  send(isTaken: (item: T) => boolean): boolean {
    while (this.#sent < this.size) {
      if (!isTaken(this.#items[this.#sent] as T)) return false;
      this.#sent++;
    }
    return true;
  }

  /** There is another home, to which nothing was sent. */
  again(): void {
    this.#sent = 0;
  }

  /** All up to this count have their places; gives them. */
  confirm(n: number): readonly T[] {
    const done = this.#items.findIndex((item) => item.n > n);
    return this.#take(done < 0 ? this.size : done);
  }

  /** Gives all, which are somebody else's from now on. */
  takeAll(): readonly T[] {
    return this.#take(this.size);
  }

  #take(count: number): readonly T[] {
    const taken = this.#items.slice(0, count);
    this.#items = this.#items.slice(count);
    this.#sent = Math.max(0, this.#sent - count);
    const size = taken.reduce((sum, item) => sum + item.size, 0);
    this.#bytes -= size;
    this.budget.giveBack(size);
    return taken;
  }
}

/** How much may be held of all channels. */
export class Budget {
  #bytes = 0;

  constructor(readonly limit: number) {}

  /** `false`: it would be too much; one alone may be larger than all. */
  take(size: number): boolean {
    if (this.#bytes > 0 && this.#bytes + size > this.limit) return false;
    this.#bytes += size;
    return true;
  }

  giveBack(size: number): void {
    this.#bytes -= size;
  }

  get bytes(): number {
    return this.#bytes;
  }
}

/** A message as it is held: its count, and its size in characters. */
export interface Countable {
  readonly n: number;
  readonly size: number;
}

/** How much may be held of one channel. */
export interface HeldLimits {
  readonly count: number;
  readonly bytes: number;
}

const LIMITS: HeldLimits = { count: 1_000, bytes: 1024 * 1024 };
