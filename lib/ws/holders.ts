/**
 * The sockets of a relay that hold something in memory, unsent or unread, and a bound for all of it (Q12). Nothing
 * is counted for a frame: what comes to a socket that holds something already is added up, and the holders
 * are asked only when that sum passes the bound.
 */
export class Holders {
  readonly #limit: number;
  readonly #owner: HoldersOwner;
  readonly #holders = new Set<Holder>();
  // Invariant: they hold no more than this: it is what they held when they were last asked, and all that
  // has come since.
  #sum = 0;
  /** The sum at which they are asked; at least a 64th of the bound lies between two times. */
  #askAt: number;
  #isDue = false;

  constructor(limit: number, owner: HoldersOwner) {
    this.#limit = limit;
    this.#askAt = limit;
    this.#owner = owner;
  }

  /** A socket holds so many bytes more, or fewer. */
  add(holder: Holder, bytes: number): void {
    this.#holders.add(holder);
    this.#sum += bytes;
    if (this.#sum <= this.#askAt || this.#isDue) return;
    this.#isDue = true;
    this.#owner.afterDrain(this.#ask);
  }

  delete(holder: Holder): void {
    this.#holders.delete(holder);
  }

  readonly #ask = (): void => {
    this.#isDue = false;
    let total = 0;
    const sizes: [holder: Holder, bytes: number][] = [];
    for (const holder of this.#holders) {
      const { holding } = holder;
      total += holding;
      if (holding > 0) sizes.push([holder, holding]);
      else this.#holders.delete(holder);
    }
    if (total > this.#limit) total = this.#evict(total, sizes);
    this.#sum = total;
    this.#askAt = Math.max(this.#limit, total + this.#limit / 64);
  };

  /** Has the largest leave until the others are within the bound; gives what is held then. */
  #evict(total: number, sizes: [holder: Holder, bytes: number][]): number {
    let left = total;
    let closed = 0;
    for (const [holder, bytes] of sizes.sort(([, one], [, other]) => other - one)) {
      if (left <= this.#limit) break;
      const rest = holder.evict();
      // Its socket may take a moment to end, and what it has is for nobody.
      if (rest === 0) this.#holders.delete(holder);
      left -= bytes - rest;
      closed++;
    }
    this.#owner.warn(
      'memory_limit',
      `the clients of a relay held ${total} bytes, of ${this.#limit} (maxTotalBuffered): closed the largest, ${closed}`,
    );
    return left;
  }
}

/** A socket that holds something. */
export interface Holder {
  /** How many bytes it holds now. */
  readonly holding: number;
  /** Closes it and frees what it can at once; gives what it holds still. */
  evict(): number;
}

/** What is asked of the relay's system. */
interface HoldersOwner {
  afterDrain(flush: () => void): void;
  warn(code: string, message: string): void;
}
