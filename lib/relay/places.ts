/**
 * The places of a relay, and how many of them each key has: a handshake takes one before its handler is asked,
 * and a connection has one. There are never more keys here than places taken, whatever keys clients choose.
 */
export class Places {
  readonly #max: number;
  readonly #maxPerKey: number;
  readonly #byKey = new Map<string, number>();
  #taken = 0;

  constructor(max: number, maxPerKey: number) {
    this.#max = max;
    this.#maxPerKey = maxPerKey;
  }

  /** Whether every place is taken (H2 row 3b). */
  get full(): boolean {
    return this.#taken >= this.#max;
  }

  /** Whether a key has all its places (H2 row 3d). */
  isCrowded(key: string | undefined): boolean {
    return key !== undefined && (this.#byKey.get(key) ?? 0) >= this.#maxPerKey;
  }

  /** How many keys have a place. */
  get keys(): number {
    return this.#byKey.size;
  }

  take(key: string | undefined): void {
    this.#taken += 1;
    if (key !== undefined) this.#byKey.set(key, (this.#byKey.get(key) ?? 0) + 1);
  }

  /** Gives back what was taken. */
  free(key: string | undefined): void {
    this.#taken -= 1;
    if (key === undefined) return;
    const left = (this.#byKey.get(key) ?? 0) - 1;
    if (left > 0) this.#byKey.set(key, left);
    else this.#byKey.delete(key);
  }
}
