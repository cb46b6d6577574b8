/** Who waits until something is there: each is called once. */
export class Waiters {
  readonly #all = new Set<() => void>();

  get size(): number {
    return this.#all.size;
  }

  /** Gives how it is taken back. */
  add(run: () => void): () => void {
    this.#all.add(run);
    return () => this.#all.delete(run);
  }

  /** Calls all, in the order of their coming. */
  call(): void {
    const all = [...this.#all];
    this.#all.clear();
    for (const run of all) run();
  }
}
