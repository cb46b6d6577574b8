/** Keys that may still name processes of this node, though these have not got the names, or no more. */
export class Leftovers {
  readonly #now: () => number;
  readonly #keys = new Map<string, Leftover>();

  /** @param now the system's uptime */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param revision of the key; 0 where it is not known whether there is one */
  add(name: string, revision: number): void {
    this.#keys.delete(name);
    this.#keys.set(name, { revision, since: this.#now() });
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > MAX) this.#keys.delete(oldest as string);
  }

  /** The bucket has answered about exactly this revision. */
  settle(name: string, revision: number): void {
    if (this.#keys.get(name)?.revision === revision) this.#keys.delete(name);
  }

  /** No such key was found; `true` if so much time has passed that none will come of what was not answered. */
  miss(name: string): boolean {
    const { since = 0 } = this.#keys.get(name) ?? {};
    return this.#now() - since >= LATE && this.#keys.delete(name);
  }

  delete(name: string): void {
    this.#keys.delete(name);
  }

  names(): Iterable<string> {
    return this.#keys.keys();
  }

  /** Those that are known to have been there, with their revisions. */
  released(): Iterable<readonly [name: string, revision: number]> {
    return [...this.#keys]
      .filter(([, { revision }]) => revision > 0)
      .map(([name, { revision }]) => [name, revision]);
  }

  clear(): void {
    this.#keys.clear();
  }
}

interface Leftover {
  readonly revision: number;
  /** The uptime at which it was let go. */
  readonly since: number;
}

/** Milliseconds after which nothing is done any more that was asked of the bucket without an answer. */
const LATE = 30_000;

/** Only so many are remembered, because without JetStream they would be ever more. */
const MAX = 1_000;
