/** How often there is what. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Of how many there is at least one. */
  get size(): number {
    return this.#counts.size;
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  add(what: string): void {
    this.#counts.set(what, this.of(what) + 1);
  }

  take(what: string): void {
    const left = this.of(what) - 1;
    if (left > 0) this.#counts.set(what, left);
    else this.#counts.delete(what);
  }
}
