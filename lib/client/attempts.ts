import type { Backoff } from './clientOptions.js';
import type { Clock } from './clock.js';

/** Counts attempts in a row, and says how long to wait after them (CC7). What has held for long enough ends the row. */
export class Attempts {
  count = 0;
  /** Since when it holds; `Infinity`: it does not. */
  #since = Infinity;

  constructor(
    readonly clock: Clock,
    readonly random: () => number,
    readonly backoff: Backoff = {},
  ) {}

  /** It is not, or as if it had never been. */
  reset(): void {
    this.count = 0;
    this.#since = Infinity;
  }

  /** It holds. */
  began(): void {
    this.#since = this.clock.now();
  }

  /** It holds no more. */
  ended(): void {
    const { stable = 5_000 } = this.backoff;
    if (this.clock.now() - this.#since >= stable) this.count = 0;
    this.#since = Infinity;
  }

  get isEnough(): boolean {
    return this.count >= (this.backoff.attempts ?? Infinity);
  }

  /** Milliseconds: full jitter, the first time too. */
  get pause(): number {
    const { base = 500, cap = 20_000 } = this.backoff;
    return this.random() * Math.min(cap, base * 2 ** this.count);
  }
}
