/**
 * Bounds how often something may happen: each time takes a token, and so many tokens a second come back.
 *
 * The clock is read only when the tokens run out, so that taking one costs a compare and a subtraction. For
 * this price a quiet second is paid twice at most: after it `2 · burst` may be taken in one moment. Over a
 * longer time it is never more than `burst` and what has come back since the bucket was made.
 */
export class TokenBucket {
  /** Tokens that come back in a millisecond. */
  readonly #rate: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** Whole tokens only, which V8 keeps in the field itself. */
  #tokens: number;
  /** The time up to which tokens have come back. */
  #filled: number;

  /**
   * @param perSecond a finite number above 0
   * @param burst how many tokens there are at first, and at most; a whole number
   * @param now a clock that never goes back, in milliseconds
   */
  constructor(perSecond: number, burst: number, now: () => number) {
    this.#rate = perSecond / 1_000;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#filled = now();
  }

  /** Takes `n` tokens, or none if there are fewer; more than `burst` are never there. */
  take(n = 1): boolean {
    if (this.#tokens < n) this.#refill();
    if (this.#tokens < n) return false;
    this.#tokens -= n;
    return true;
  }

  /** Whole milliseconds until there are `n` tokens, no more than `burst`; 0: there are. */
  waitMs(n = 1): number {
    if (this.#tokens < n) this.#refill();
    if (this.#tokens >= n) return 0;
    // At least one, because a sum of fractions may be off in its last digit.
    return Math.max(1, Math.ceil(this.#filled + (n - this.#tokens) / this.#rate - this.#now()));
  }

  #refill(): void {
    const now = this.#now();
    const back = Math.floor((now - this.#filled) * this.#rate);
    const isFull = this.#tokens + back >= this.#burst;
    this.#tokens = isFull ? this.#burst : this.#tokens + back;
    // What is less than a token counts on, or a clock in whole milliseconds would lose it each time.
    this.#filled = isFull ? now : this.#filled + back / this.#rate;
  }
}
