import type { Pid } from '../../core/index.js';

/** What fellows ask of homes that have not begun: another node may know sooner than this one that it has the name. */
export class Early {
  /** By channel, in the order in which it has come. */
  readonly #asked = new Map<string, Asked[]>();

  get size(): number {
    return [...this.#asked.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Keeps what is to be done at the home of a channel; `false`: it is too much. */
  add(name: string, from: Pid, run: () => void): boolean {
    const asked = this.#asked.get(name) ?? [];
    if (asked.length >= MOST) return false;
    asked.push({ from, run });
    this.#asked.set(name, asked);
    return true;
  }

  /** The home has begun. */
  run(name: string): void {
    const asked = this.#asked.get(name) ?? [];
    this.#asked.delete(name);
    for (const { run } of asked) run();
  }

  /** There will be none here: whoever has asked asks there again where it is. */
  forget(name: string): void {
    this.#asked.delete(name);
  }

  /** A fellow is lost, and asks again if it is back. */
  lose(fellow: Pid): void {
    for (const [name, asked] of this.#asked) {
      const left = asked.filter(({ from }) => from !== fellow);
      if (left.length > 0) this.#asked.set(name, left);
      else this.#asked.delete(name);
    }
  }

  clear(): void {
    this.#asked.clear();
  }
}

interface Asked {
  readonly from: Pid;
  readonly run: () => void;
}

/** What is kept for one channel; a node holds 1,000 messages of it. */
const MOST = 10_000;
